# Language, warnings, floating point, output folders and rpath for everything that is ours.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # static libraries also go into modules

get_property(chore_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT chore_multi_config)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "build type" FORCE)
endif()

# The build tree has the layout of an installation (bin/, lib/chorebench/), so that "beside the program" is one rule.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CHORE_PLUGIN_OUTPUT_DIR "${PROJECT_BINARY_DIR}/lib/chorebench")
set(CHORE_INSTALL_BIN_DIR "bin")
set(CHORE_INSTALL_LIB_DIR "lib")
set(CHORE_INSTALL_PLUGIN_DIR "lib/chorebench")
set(CHORE_INSTALL_DATA_DIR "share/chorebench")

# Linked privately by every target of ours; third-party headers are SYSTEM and stay out of it.
add_library(chore_warnings INTERFACE)
target_compile_options(chore_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wcast-qual -Wformat=2 -Wundef
  -Wdouble-promotion -Werror
  # a*b+c must not become one fused operation on some machines and two on others: results would differ in the last bit
  -ffp-contract=off)
target_compile_definitions(chore_warnings INTERFACE _GNU_SOURCE)

find_package(Threads REQUIRED)

if(CHORE_SANITIZE)
  target_compile_options(chore_warnings INTERFACE
    -fsanitize=${CHORE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CHORE_SANITIZE})
endif()
