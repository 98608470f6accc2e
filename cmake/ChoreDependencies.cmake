# Every third-party library, once, as an imported target. Imported targets are SYSTEM: no warnings from their headers.

find_package(PkgConfig REQUIRED)

# chore_pkg(<name> <module> <apt package>): imported target PkgConfig::<name>
function(chore_pkg name module package)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "chorebench needs ${module} (pkg-config). Debian and Ubuntu: apt-get install ${package}")
  endif()
endfunction()

chore_pkg(jansson jansson libjansson-dev)   # JSON
chore_pkg(yaml yaml-0.1 libyaml-dev)        # scene, task and suite files
chore_pkg(zstd libzstd libzstd-dev)         # traces
chore_pkg(xxhash libxxhash libxxhash-dev)   # state hashes
chore_pkg(libmd libmd libmd-dev)            # SHA-256
chore_pkg(popt popt libpopt-dev)            # command line
chore_pkg(png libpng libpng-dev)            # frames and film strips
if(CHORE_WITH_EGL)
  # MuJoCo finds the GL entry points through eglGetProcAddress at run time: nothing of libGL is linked.
  chore_pkg(egl egl libegl-dev)
endif()
if(CHORE_WITH_VIEW)  # the only part that may be missing: everything else works without a window
  pkg_check_modules(glfw QUIET IMPORTED_TARGET GLOBAL glfw3)
  if(NOT glfw_FOUND)
    message(STATUS "chorebench: no glfw3, so chorebench-view is not built. Debian and Ubuntu: apt-get install libglfw3-dev")
    set(CHORE_WITH_VIEW OFF)
  endif()
endif()
if(CHORE_BUILD_TESTS)
  chore_pkg(cmocka cmocka libcmocka-dev)
endif()

find_package(MuJoCo4 REQUIRED)  # mujoco::mujoco
