# tamis. `make web` builds the page, `make test` tests everything; both install what they need.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CARGO ?= cargo
NODE ?= node
PREFIX ?= /usr/local
DESTDIR ?=
PORT ?= 8787

TOOLCHAIN := tools/toolchain
WASM_TARGET := wasm32-unknown-emscripten
WASM_LIB := target/$(WASM_TARGET)/release/libtamis.a
NATIVE_LIB := target/release/libtamis.a
# cargo decides what is up to date; make only calls it.
.PHONY: help web toolchain wasm-lib native-lib lib install serve server doctor size header check \
	test test-native test-abi test-node test-web test-toolchain browsers bench bench-quick bench-gain bench-list bench-pi types clean distclean

## help: list the targets
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## web: build everything the page, Node and npm need (installs a toolchain if need be), then open web/index.html
web: wasm-lib web/node_modules/.stamp
	@$(NODE) tools/web/build.js
	echo "web: open web/index.html from disk, or run 'make serve' for threads over shared memory"

toolchain:
	@$(TOOLCHAIN)/install.sh

wasm-lib: toolchain
	@echo "web: building libtamis.a for WebAssembly (the first time with std: a minute or two)"
	$(TOOLCHAIN)/wasm-cargo build --release --lib --quiet 2> >(grep -v -e '^warning: unstable feature' -e '^  |$$' -e 'not stably supported' -e '^$$' -e 'generated 1 warning' >&2)

web/node_modules/.stamp: web/package.json web/package-lock.json
	@echo "web: installing the build's npm packages into web/node_modules"
	npm ci --prefix web --no-audit --no-fund --loglevel=error
	touch $@

## serve: serve the page on localhost with the headers that threads need (PORT=8787)
serve: web server
	@exec target/server/tamis-server --port $(PORT) web

server:
	@$(CARGO) build --profile server --quiet -p tamis-server

native-lib:
	@$(CARGO) build --release --quiet --lib

## lib: build libtamis.a for C and C++, native and Emscripten, into out/lib
lib: native-lib wasm-lib
	@tools/install/install.sh --prefix out/lib --native $(NATIVE_LIB) --emscripten $(WASM_LIB)
	echo "lib: out/lib has include/, lib/ (native), lib/wasm32-emscripten/, pkg-config and CMake files"

## install: the same into PREFIX (default /usr/local; DESTDIR is honoured)
install: native-lib wasm-lib
	@tools/install/install.sh --prefix "$(PREFIX)" --destdir "$(DESTDIR)" --native $(NATIVE_LIB) --emscripten $(WASM_LIB)

## header: write include/tamis.h anew from src/ffi
header:
	@TAMIS_WRITE_HEADER=1 $(CARGO) test --quiet --test header

## doctor: what was found, which versions, and what mends what is missing
doctor:
	@$(TOOLCHAIN)/doctor.sh

## size: bytes of the shipped files, raw, gzip and brotli
size: web
	@$(NODE) tools/web/size.js

## types: check the JavaScript with tsc and write web/types
types: web/node_modules/.stamp tests/web/node_modules/.stamp
	@npm run --silent --prefix web types
	for config in web/app benches tests/web/harness; do $(NODE) web/node_modules/typescript/bin/tsc -p $$config; done

## check: formatting, lints, types
check: types
	@$(CARGO) fmt --all --check
	$(CARGO) clippy --quiet --workspace --all-targets -- -D warnings

## test: everything: native, C ABI, Node, real browsers
test: test-toolchain test-native test-abi test-node test-web
	@tools/test/summary.sh

## test-native: Rust tests by cargo nextest, and the documentation's examples
test-native:
	@tools/test/run.sh native -- tools/test/native.sh

## test-abi: C and C++ programs, native (also under AddressSanitizer and Valgrind) and as wasm in Node
test-abi: native-lib wasm-lib
	@tools/test/run.sh abi -- tests/abi/run.sh all

## test-node: the JavaScript library and the command in Node
test-node: web types tests/web/node_modules/.stamp
	@tools/test/run.sh node -- env TAMIS_FILES_AT_ONCE=2 tools/test/node.sh tests/web/node benches

## test-web: the library and the page in real browsers
test-web: web server browsers
	@tools/test/run.sh web -- tools/test/browsers.sh

test-toolchain:
	@tools/test/run.sh toolchain -- $(TOOLCHAIN)/test.sh

browsers: tests/web/node_modules/.stamp
	@$(TOOLCHAIN)/browsers.sh

tests/web/node_modules/.stamp: tests/web/package.json tests/web/package-lock.json
	@echo "test: installing the browser drivers' npm packages into tests/web/node_modules"
	npm ci --prefix tests/web --no-audit --no-fund --loglevel=error
	touch $@

## bench: native and wasm beside primesieve and primal, ratios, a dated CSV in benches/record
bench: web native-lib
	@benches/run.sh

## bench-quick: the same for 10^8 and 10^9 alone, a minute or two, not recorded
bench-quick: web native-lib
	@benches/run.sh --quick

## bench-gain: what a second thread is worth, in pairs taken while the processors are undisturbed
bench-gain: web native-lib
	@benches/gain/run.sh

## bench-list: iterate, generate and stream beside primesieve's library
bench-list: web native-lib
	@benches/list/run.sh

## bench-pi: pi(x) natively and in wasm beside primecount
bench-pi: web native-lib
	@benches/pi/run.sh

## clean: remove what was built; distclean also removes what was installed into the project
clean:
	@rm -rf target out web/dist web/types

distclean: clean
	@rm -rf web/node_modules tests/web/node_modules
