/* Lets a Rust program run with -sPROXY_TO_PTHREAD: Emscripten's start code calls C's main by the name
 * clang gives it, and rustc writes a plain "main". Linked into tests and benches only. */
int rust_main(int argc, char **argv) __asm__("main");
int __main_argc_argv(int argc, char **argv) { return rust_main(argc, argv); }
