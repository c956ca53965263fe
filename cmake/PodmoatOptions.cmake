# Compiler settings that every target shares. There is no switch for a feature.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Werror)
# libstdc++ 12 implements std::stable_sort with a function that it has deprecated itself, which clang reports.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wno-deprecated-declarations)
endif()
# GCC 12 at -O3 sees overlapping copies in std::string where there are none (GCC bug 105651, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)
endif()

# ccache and mold shorten the builds of those who have them; nothing depends on them.
find_program(PODMOAT_CCACHE ccache)
if(PODMOAT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PODMOAT_CCACHE})
endif()
find_program(PODMOAT_MOLD mold)
if(PODMOAT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# PODMOAT_SANITIZE names the sanitizers of a preset: "address,undefined", "thread", "fuzzer-no-link,address".
set(PODMOAT_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them")
if(PODMOAT_SANITIZE)
  add_compile_options(-fsanitize=${PODMOAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PODMOAT_SANITIZE})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
