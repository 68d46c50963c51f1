//! The committed header is the one the source makes.

#[test]
fn header_matches_the_source() {
    let made = include_str!(concat!(env!("OUT_DIR"), "/tamis.h"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/include/tamis.h");
    if std::env::var_os("TAMIS_WRITE_HEADER").is_some() {
        std::fs::write(path, made).expect("include/tamis.h is writable");
    }
    let committed = std::fs::read_to_string(path).expect("include/tamis.h exists");
    assert!(committed == made, "include/tamis.h is not what src/ffi makes: run `make header`");
}
