# Target chore_build_info: include path of two generated headers.
#   chore_build_info.h  commit, dirty flag, compiler, flags, build type; checked at every build, rewritten when it changed
#   chore_paths.h       where data and plug-ins lie: relative to the program's folder, and in the source tree

set(chore_generated_dir "${PROJECT_BINARY_DIR}/generated")
configure_file("${PROJECT_SOURCE_DIR}/cmake/chore_paths.h.in" "${chore_generated_dir}/chore_paths.h" @ONLY)

string(TOUPPER "${CMAKE_BUILD_TYPE}" chore_build_type_upper)
set(chore_flags "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${chore_build_type_upper}} -ffp-contract=off")
if(CHORE_SANITIZE)
  string(APPEND chore_flags " -fsanitize=${CHORE_SANITIZE}")
endif()
string(STRIP "${chore_flags}" chore_flags)
file(SHA256 "${MuJoCo4_LIBRARY}" chore_mujoco_sha256)

add_custom_target(chore_build_info_header
  COMMAND "${CMAKE_COMMAND}"
    "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/chore_build_info.h.in"
    "-DOUTPUT=${chore_generated_dir}/chore_build_info.h"
    "-DVERSION=${PROJECT_VERSION}"
    "-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}"
    "-DFLAGS=${chore_flags}"
    "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
    "-DSYSTEM=${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}"
    "-DMUJOCO_SHA256=${chore_mujoco_sha256}"
    -P "${PROJECT_SOURCE_DIR}/cmake/write_build_info.cmake"
  BYPRODUCTS "${chore_generated_dir}/chore_build_info.h"
  COMMENT "Checking the build's commit" VERBATIM)

add_library(chore_build_info INTERFACE)
target_include_directories(chore_build_info INTERFACE "${chore_generated_dir}")
add_dependencies(chore_build_info chore_build_info_header)
