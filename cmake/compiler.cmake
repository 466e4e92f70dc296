# The compiler, its flags and the linker; CMakePresets.json chooses among them.
include(refused_compilers)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)
add_compile_options(-Wall -Wextra -Wpedantic -Wno-missing-field-initializers -fno-omit-frame-pointer)
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION CALLWRIGHT_VERSION="${PROJECT_VERSION}")

# The files of a room are compiled some at a time, as one: most of the time goes into headers and into what they instantiate, which
# is done once for all of them. So a name that a file keeps to itself is its room's: two files of a room do not use it for two things.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "Compile the files of a room together")
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

# Reproducible precompiled headers, so that ccache can serve what was built with them.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-Wno-missing-designated-field-initializers "SHELL:-Xclang -fno-pch-timestamp")
endif()

find_program(CALLWRIGHT_CCACHE ccache)
if(CALLWRIGHT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CALLWRIGHT_CCACHE})
endif()
find_program(CALLWRIGHT_MOLD mold)
if(CALLWRIGHT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(CALLWRIGHT_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(CALLWRIGHT_SANITIZE)
  add_compile_options(-fsanitize=${CALLWRIGHT_SANITIZE} -fno-sanitize-recover=all)
  # Checks at every use of a pointer, which cost a fifth of the compile time: AddressSanitizer finds what they would, but for a reference to
  # nothing that is never used, and x86 takes any alignment.
  add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  add_link_options(-fsanitize=${CALLWRIGHT_SANITIZE})
endif()

# The rooms tell libFuzzer which branches an input takes; the targets alone link its main.
if(CALLWRIGHT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
