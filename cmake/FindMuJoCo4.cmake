# Finds MuJoCo 4.0.0, exactly that version, and defines the imported target mujoco::mujoco.
#
# Order: 1. MUJOCO_ROOT (CMake variable or environment), when set: the release archive's folder or the wheel's
#           mujoco folder. Whoever sets it means it, so a wrong one is an error, not a reason to look further.
#        2. an installed CMake package (mujocoConfig.cmake)
#        3. .deps/mujoco, which tools/setup.sh fills from the mujoco-core wheel
#
# Sets MuJoCo4_LIBRARY (real path of the shared library), MuJoCo4_SONAME, MuJoCo4_ORIGIN (one word on where from).

set(MuJoCo4_WANTED "4.0.0")
set(mujoco4_root "")
set(mujoco4_why "")

# mujoco4_header_version(<include dir> <out>): "a.b.c" from mjVERSION_HEADER, "" when there is none.
# Since 4.0 it packs as a*1000000 + b*1000 + c; before, as a*100 + b*10 + c or a*1000000 + b*1000 + c.
function(mujoco4_header_version include out)
  set(${out} "" PARENT_SCOPE)
  if(NOT EXISTS "${include}/mujoco/mujoco.h")
    return()
  endif()
  file(STRINGS "${include}/mujoco/mujoco.h" line REGEX "^#define[ \t]+mjVERSION_HEADER[ \t]+[0-9]+")
  if(NOT line MATCHES "mjVERSION_HEADER[ \t]+([0-9]+)")
    return()
  endif()
  set(packed ${CMAKE_MATCH_1})
  if(packed GREATER_EQUAL 1000000)
    math(EXPR major "${packed} / 1000000")
    math(EXPR minor "${packed} / 1000 % 1000")
    math(EXPR patch "${packed} % 1000")
  else()
    math(EXPR major "${packed} / 100")
    math(EXPR minor "${packed} / 10 % 10")
    math(EXPR patch "${packed} % 10")
  endif()
  set(${out} "${major}.${minor}.${patch}" PARENT_SCOPE)
endfunction()

if(MUJOCO_ROOT)
  set(mujoco4_root "${MUJOCO_ROOT}")
  set(MuJoCo4_ORIGIN "MUJOCO_ROOT")
elseif(DEFINED ENV{MUJOCO_ROOT} AND NOT "$ENV{MUJOCO_ROOT}" STREQUAL "")
  set(mujoco4_root "$ENV{MUJOCO_ROOT}")
  set(MuJoCo4_ORIGIN "MUJOCO_ROOT")
else()
  find_package(mujoco ${MuJoCo4_WANTED} EXACT CONFIG QUIET)
  if(TARGET mujoco::mujoco)
    set(MuJoCo4_ORIGIN "package")
  else()
    if(mujoco_CONSIDERED_VERSIONS)
      string(APPEND mujoco4_why "  an installed CMake package has version ${mujoco_CONSIDERED_VERSIONS}\n")
    endif()
    if(EXISTS "${PROJECT_SOURCE_DIR}/.deps/mujoco")
      set(mujoco4_root "${PROJECT_SOURCE_DIR}/.deps/mujoco")
      set(MuJoCo4_ORIGIN ".deps")
    endif()
  endif()
endif()

if(mujoco4_root)
  # The archive has lib/libmujoco.so -> .so.X.Y.Z; the wheel only libmujoco.so.X.Y.Z, which find_library cannot see.
  file(GLOB mujoco4_candidates
    "${mujoco4_root}/lib/libmujoco.so.*" "${mujoco4_root}/libmujoco.so.*" "${mujoco4_root}/mujoco/libmujoco.so.*")
  list(LENGTH mujoco4_candidates mujoco4_count)
  if(EXISTS "${mujoco4_root}/mujoco/include/mujoco/mujoco.h")
    set(mujoco4_include "${mujoco4_root}/mujoco/include")
  else()
    set(mujoco4_include "${mujoco4_root}/include")
  endif()
  mujoco4_header_version("${mujoco4_include}" mujoco4_version)
  if(NOT mujoco4_version)
    string(APPEND mujoco4_why "  ${mujoco4_root}: no include/mujoco/mujoco.h with a version in it\n")
  elseif(NOT mujoco4_version VERSION_EQUAL MuJoCo4_WANTED)
    string(APPEND mujoco4_why "  ${mujoco4_root}: version ${mujoco4_version}\n")
  elseif(NOT mujoco4_count EQUAL 1)
    string(APPEND mujoco4_why "  ${mujoco4_root}: expected one libmujoco.so.X.Y.Z, found ${mujoco4_count}\n")
  elseif(NOT mujoco4_candidates MATCHES "libmujoco\\.so\\.4\\.0\\.0$")
    string(APPEND mujoco4_why "  ${mujoco4_candidates}: not version ${MuJoCo4_WANTED}, though the header is\n")
  else()
    add_library(mujoco::mujoco SHARED IMPORTED GLOBAL)
    get_filename_component(mujoco4_soname "${mujoco4_candidates}" NAME)
    set_target_properties(mujoco::mujoco PROPERTIES
      IMPORTED_LOCATION "${mujoco4_candidates}"
      IMPORTED_SONAME "${mujoco4_soname}"  # the soname is the full version
      INTERFACE_INCLUDE_DIRECTORIES "${mujoco4_include}")
  endif()
endif()

if(NOT TARGET mujoco::mujoco)
  if(NOT mujoco4_why)
    set(mujoco4_why "  no MUJOCO_ROOT, no installed package, no .deps/mujoco\n")
  endif()
  message(FATAL_ERROR "chorebench needs MuJoCo ${MuJoCo4_WANTED}, exactly that version: results are only comparable, and "
    "traces only replay, on the same library.\n${mujoco4_why}"
    "Run tools/setup.sh (fetches the pinned wheel into .deps/), or set MUJOCO_ROOT to a folder with "
    "include/mujoco/mujoco.h and lib/libmujoco.so.${MuJoCo4_WANTED}.")
endif()

# A package's target says where its headers are; the version file was already asked, the header has the last word.
if(MuJoCo4_ORIGIN STREQUAL "package")
  get_target_property(mujoco4_includes mujoco::mujoco INTERFACE_INCLUDE_DIRECTORIES)
  foreach(mujoco4_include IN LISTS mujoco4_includes)
    mujoco4_header_version("${mujoco4_include}" mujoco4_version)
    if(mujoco4_version AND NOT mujoco4_version VERSION_EQUAL MuJoCo4_WANTED)
      message(FATAL_ERROR "the MuJoCo package says ${MuJoCo4_WANTED}, its header in ${mujoco4_include} says ${mujoco4_version}")
    endif()
  endforeach()
  get_target_property(mujoco4_candidates mujoco::mujoco LOCATION)
endif()

file(REAL_PATH "${mujoco4_candidates}" MuJoCo4_LIBRARY)
set(MuJoCo4_SONAME "libmujoco.so.${MuJoCo4_WANTED}")
set(MuJoCo4_FOUND TRUE)
message(STATUS "MuJoCo ${MuJoCo4_WANTED} from ${MuJoCo4_ORIGIN}: ${MuJoCo4_LIBRARY}")
