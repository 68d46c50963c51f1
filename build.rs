//! Makes the C header in OUT_DIR. `include/tamis.h` is its committed copy (`make header`), and the
//! test `header_matches_the_source` fails when the two differ.

use std::env;
use std::path::PathBuf;

/// In the order in which a reader of the header meets them.
const SOURCES: &[&str] = &[
    "src/ffi/status.rs",
    "src/ffi/library.rs",
    "src/ffi/primes.rs",
    "src/ffi/pi.rs",
    "src/ffi/numbers.rs",
    "src/ffi/sums.rs",
    "src/ffi/tables.rs",
    "src/ffi/jobs.rs",
    "src/ffi/phases.rs",
    "src/ffi/checkpoints.rs",
    "src/ffi/streams.rs",
    "src/ffi/iterators.rs",
    "src/ffi/traces.rs",
    "src/ffi/external.rs",
];

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=src/ffi/manual.txt");
    println!("cargo::rerun-if-changed=src/ffi/cursor.txt");

    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let version =
        |part: &str| env::var(format!("CARGO_PKG_VERSION{part}")).expect("cargo sets the version");

    let mut config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is readable");
    let manual =
        std::fs::read_to_string(root.join("src/ffi/manual.txt")).expect("src/ffi/manual.txt");
    config.header = Some(format!("/*\n{}*/", comment(&manual)));
    config.after_includes = Some(format!(
        "#include <stddef.h>\n#include <stdint.h>\n\n\
         /* The version of this header; that of the loaded library is tam_version(). */\n\
         #define TAM_VERSION \"{}\"\n\
         #define TAM_VERSION_MAJOR {}\n\
         #define TAM_VERSION_MINOR {}\n\
         #define TAM_VERSION_PATCH {}",
        version(""),
        version("_MAJOR"),
        version("_MINOR"),
        version("_PATCH"),
    ));

    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(root.join(source));
    }
    let mut header = Vec::new();
    builder.generate().expect("src/ffi makes a header").write(&mut header);
    let header = String::from_utf8(header).expect("the sources are UTF-8");
    // Rust's heading for what a caller must promise, in words for C.
    let header = header.replace(" * # Safety\n", " * Pointers:\n");
    let header: String = header.lines().map(|line| parenthesise(line) + "\n").collect();
    // The inline functions belong inside the braces; cbindgen's trailer comes behind the include guard.
    let cursor =
        std::fs::read_to_string(root.join("src/ffi/cursor.txt")).expect("src/ffi/cursor.txt");
    let end = header.rfind("#ifdef __cplusplus").expect("the closing brace for C++");
    let header = format!("{}{cursor}\n{}", &header[..end], &header[end..]);
    std::fs::write(out.join("tamis.h"), header).expect("OUT_DIR is writable");
}

fn comment(text: &str) -> String {
    text.lines().map(|line| format!(" * {line}").trim_end().to_string() + "\n").collect()
}

/// `#define NAME -1` becomes `#define NAME (-1)`: `x -NAME` must stay an expression.
fn parenthesise(line: &str) -> String {
    match line.split_once(" -") {
        Some((define, number)) if define.starts_with("#define ") => format!("{define} (-{number})"),
        _ => line.to_string(),
    }
}
