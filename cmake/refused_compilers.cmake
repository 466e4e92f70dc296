# Which compilers configure refuses. The leading space keeps the message on one line.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR " GCC ${CMAKE_CXX_COMPILER_VERSION} frees temporaries in coroutines twice: use clang 19 (`./dev setup` installs it) or GCC 13 and later.")
endif()
