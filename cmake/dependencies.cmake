# What stands outside the house; docs/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(absl REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
find_library(CALLWRIGHT_OSIP osipparser2 REQUIRED)
find_package(pugixml REQUIRED)

# Header-only in Debian. One setting for all who include it: with two, the linker mixes their parsers.
add_library(tomlplusplus INTERFACE)
target_compile_definitions(tomlplusplus INTERFACE TOML_EXCEPTIONS=0)

# libphonenumber-dev wants another Boost than ours and cannot be installed beside it: `./dev setup` unpacks its headers.
set(CALLWRIGHT_PHONENUMBER ${CMAKE_SOURCE_DIR}/build/third_party/phonenumber CACHE PATH "Unpacked libphonenumber-dev")
add_library(phonenumber INTERFACE)
target_include_directories(phonenumber SYSTEM INTERFACE ${CALLWRIGHT_PHONENUMBER}/usr/include)
target_link_libraries(phonenumber INTERFACE -l:libphonenumber.so.8 protobuf::libprotobuf absl::synchronization)

# Asio and Beast are compiled once, here, and parsed once in each module with sockets, as its precompiled header (module.cmake).
add_library(asio_beast STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_beast.cpp)
target_link_libraries(asio_beast PUBLIC Boost::headers OpenSSL::SSL Threads::Threads)
