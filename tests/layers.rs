//! Imports point only to the left: arith <- kernels <- parallel <- job <- ffi; `error` and the traits
//! of `kernel` are for all.

use std::fs;
use std::path::Path;

const LAYERS: [&str; 5] = ["arith", "kernels", "parallel", "job", "ffi"];
const FOR_ALL: [&str; 2] = ["error", "kernel"];

fn rust_files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The modules that `crate::` paths of a source name: `crate::a::b`, `crate::{a, b::c}`.
fn modules_used(source: &str) -> Vec<String> {
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut used = vec![];
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => {
                // Names right inside the braces, not those of nested lists.
                let mut depth = 0;
                let mut names = vec![];
                let mut begin = 0;
                for (i, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth > 0 => depth -= 1,
                        ',' | '}' if depth == 0 => {
                            names.push(&list[begin..i]);
                            begin = i + 1;
                            if c == '}' {
                                break;
                            }
                        }
                        _ => {}
                    }
                }
                names
            }
            None => vec![rest],
        };
        for name in names {
            let name: String =
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                used.push(name);
            }
        }
    }
    used
}

#[test]
fn imports_point_only_to_the_left() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut checked = 0;
    for (rank, layer) in LAYERS.iter().enumerate() {
        let mut files = vec![];
        rust_files(&src.join(layer), &mut files);
        for file in files {
            for module in modules_used(&fs::read_to_string(&file).expect("a source file")) {
                checked += 1;
                let lawful = FOR_ALL.contains(&module.as_str())
                    || LAYERS[..=rank].contains(&module.as_str());
                assert!(lawful, "{} uses crate::{module}", file.display());
            }
        }
    }
    assert!(checked > 20, "only {checked} imports were found: the test has gone blind");
}

#[test]
fn imports_are_seen_in_lists_and_in_paths() {
    let source = "use crate::{error::{Error, Status}, job};\nlet x = crate::parallel::may_block();\n\
                  // crate::ffi in a comment\n";
    assert_eq!(modules_used(source), ["error", "job", "parallel"]);
}

#[test]
fn kernels_know_no_threads_clock_or_io() {
    let mut files = vec![];
    for layer in ["arith", "kernels"] {
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(layer), &mut files);
    }
    for file in files {
        let source = fs::read_to_string(&file).expect("a source file");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for forbidden in
            ["std::thread::spawn", "thread::Builder", "std::time", "std::fs", "std::io", "rayon"]
        {
            assert!(!code.contains(forbidden), "{} uses {forbidden}", file.display());
        }
    }
}
