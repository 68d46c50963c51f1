# find_package(tamis) defines the target tamis::tamis: the static library, its include folder, and the
# flags that programs with it need. Under Emscripten (emcmake) it is the wasm library.
#
# Set before find_package(), Emscripten only:
#   TAMIS_PTHREAD_POOL_SIZE  workers to start with the page, a JavaScript expression. Default: all that
#                            the machine has, one for tamis itself and one for -sPROXY_TO_PTHREAD.
#   TAMIS_MEMORY_GROWTH      OFF: memory stays as the program sets it (-sINITIAL_MEMORY=...). Default ON.
# They are variables since the flags of tamis::tamis come after those of the program, and the last wins.

get_filename_component(_tamis_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(EMSCRIPTEN)
  set(_tamis_library "${_tamis_prefix}/lib/wasm32-emscripten/libtamis.a")
  set(_tamis_option "--emscripten")
else()
  set(_tamis_library "${_tamis_prefix}/lib/libtamis.a")
  set(_tamis_option "--native")
endif()

if(NOT EXISTS "${_tamis_library}")
  set(tamis_FOUND FALSE)
  set(tamis_NOT_FOUND_MESSAGE
      "There is no ${_tamis_library}: this tamis was installed without ${_tamis_option}. \
Run `make install PREFIX=${_tamis_prefix}` in tamis again.")
elseif(NOT TARGET tamis::tamis)
  add_library(tamis::tamis STATIC IMPORTED)
  set_target_properties(tamis::tamis PROPERTIES
    IMPORTED_LOCATION "${_tamis_library}"
    INTERFACE_INCLUDE_DIRECTORIES "${_tamis_prefix}/include")

  if(EMSCRIPTEN)
    if(NOT DEFINED TAMIS_PTHREAD_POOL_SIZE)
      # @: emcc reads the value from the file, so no shell has to quote JavaScript.
      set(TAMIS_PTHREAD_POOL_SIZE "@${_tamis_prefix}/share/tamis/pthread-pool-size.js")
    endif()
    # Each flag's reason stands in examples/c/README.md.
    set(_tamis_link -pthread -fwasm-exceptions -Wl,--stack-first
      "-sPTHREAD_POOL_SIZE=${TAMIS_PTHREAD_POOL_SIZE}" -sPTHREAD_POOL_SIZE_STRICT=2)
    if(NOT DEFINED TAMIS_MEMORY_GROWTH OR TAMIS_MEMORY_GROWTH)
      list(APPEND _tamis_link -sALLOW_MEMORY_GROWTH -Wno-pthreads-mem-growth)
    else()
      # With growth Emscripten sees to it: too little memory is an error to return, not the end.
      list(APPEND _tamis_link -sABORTING_MALLOC=0)
    endif()
    set_target_properties(tamis::tamis PROPERTIES
      INTERFACE_COMPILE_OPTIONS "-pthread;-fwasm-exceptions"
      INTERFACE_LINK_OPTIONS "${_tamis_link}")
  else()
    # What Rust's standard library needs from the system; written by the installation.
    file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/native-libs.txt" _tamis_native_libs LIMIT_COUNT 1)
    string(REPLACE " " ";" _tamis_native_libs "${_tamis_native_libs}")
    set_target_properties(tamis::tamis PROPERTIES INTERFACE_LINK_LIBRARIES "${_tamis_native_libs}")
  endif()
endif()

unset(_tamis_prefix)
unset(_tamis_library)
unset(_tamis_option)
unset(_tamis_link)
unset(_tamis_native_libs)
