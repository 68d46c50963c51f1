# What the private toolchain is made of. Sourced. A changed value makes a new cache folder, because the
# folder's name holds a hash of them all. Count layout_version up when unpacking or wrapping changes.
layout_version=3

# Rust that carries the source of its own standard library (std is rebuilt with atomics), and the LLVM
# of the same major version, so that clang, wasm-ld and rustc agree on object files. The suite is
# Debian 12's because its packages run on Debian 12 and on everything newer.
stable_suite=bookworm
stable_packages='rustc-web cargo-web rust-web-src libstd-rust-web-dev @libstd-rust-web
  clang-22 libclang-common-22-dev libclang-cpp22 libllvm22 lld-22 llvm-22'
llvm_major=22

# Emscripten is too old in Debian 12. It is Python and JavaScript, so a newer suite's package runs
# anywhere; binaryen alone is compiled code and needs that suite's C and C++ libraries beside it.
new_suite=forky
new_packages='emscripten binaryen node-acorn'
new_libraries='libc6 libstdc++6 libgcc-s1'

# Shared libraries the stable packages use, fetched only where the machine lacks them.
# soname=package[,packages it needs itself]
library_packages='
  libgit2.so.1.5=libgit2-1.5
  libssh2.so.1=libssh2-1
  libmbedtls.so.14=libmbedtls14
  libmbedx509.so.1=libmbedx509-1
  libmbedcrypto.so.7=libmbedcrypto7
  libhttp_parser.so.2.9=libhttp-parser2.9
  libpfm.so.4=libpfm4
  libz3.so.4=libz3-4
  libxml2.so.2=libxml2
  libicuuc.so.72=libicu72
  libicui18n.so.72=libicu72
  libedit.so.2=libedit2
  libbsd.so.0=libbsd0
  libmd.so.0=libmd0
  libtinfo.so.6=libtinfo6
  libffi.so.8=libffi8
  libzstd.so.1=libzstd1
  libz.so.1=zlib1g
  liblzma.so.5=liblzma5
  libsqlite3.so.0=libsqlite3-0
  libssl.so.3=libssl3
  libcrypto.so.3=libssl3
  libcurl.so.4=libcurl4
  libpcre2-8.so.0=libpcre2-8-0
  libnghttp2.so.14=libnghttp2-14
  libidn2.so.0=libidn2-0
  libunistring.so.2=libunistring2
  librtmp.so.1=librtmp1
  libpsl.so.5=libpsl5
  libgssapi_krb5.so.2=libgssapi-krb5-2
  libkrb5.so.3=libkrb5-3
  libk5crypto.so.3=libk5crypto3
  libkrb5support.so.0=libkrb5support0
  libcom_err.so.2=libcom-err2
  libkeyutils.so.1=libkeyutils1
  libldap-2.5.so.0=libldap-2.5-0
  liblber-2.5.so.0=libldap-2.5-0
  libsasl2.so.2=libsasl2-2
  libgnutls.so.30=libgnutls30
  libhogweed.so.6=libhogweed6
  libnettle.so.8=libnettle8
  libp11-kit.so.0=libp11-kit0
  libtasn1.so.6=libtasn1-6
  libgmp.so.10=libgmp10
  libbrotlidec.so.1=libbrotli1
  libbrotlicommon.so.1=libbrotli1
'

# Not needed to build, and half of the unpacked size.
unpack_excludes='./usr/share/doc ./usr/share/man ./usr/share/lintian ./usr/share/bash-completion
  ./usr/share/zsh ./usr/src/rustc-*/compiler ./usr/src/rustc-*/src'
