# The C program under Valgrind: the whole library is watched, not the C side alone. (No -fsanitize=thread
# or helgrind: both take Rust's futexes and atomics, which they do not know, for races.)
. "$here/sections/native.sh"
need_library "$native_lib" native-lib
if ! have valgrind; then
  not_run "Valgrind is not here (Debian: apt-get install valgrind)"
elif [ -n "${native_is_built:-}" ] || check "valgrind: the program compiles" bash -c 'build_native native'; then
  export TAMIS_SLOW_CHECKS=1
  # --fair-sched: Valgrind runs one thread at a time, and without it a spinning one starves the others.
  program "valgrind: C" valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --fair-sched=yes "$out/native/abi_test"
  unset TAMIS_SLOW_CHECKS
fi
