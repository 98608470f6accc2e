# What cmake --install copies beside the programs and plug-ins (those install themselves, see ChoreTargets.cmake).

install(FILES "${MuJoCo4_LIBRARY}" DESTINATION "${CHORE_INSTALL_LIB_DIR}" RENAME "${MuJoCo4_SONAME}"
  PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CHORE_INSTALL_DATA_DIR}")

# What policy authors need: the ABI and its extensions, nothing of the harness.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/policy_iface/abi/chore" DESTINATION include
  FILES_MATCHING PATTERN "*.h")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/policy_iface/python" DESTINATION "${CHORE_INSTALL_DATA_DIR}/policy_iface"
  FILES_MATCHING PATTERN "*.py" PATTERN "py.typed" PATTERN "pyproject.toml" PATTERN "README.md"
  PATTERN "build" EXCLUDE PATTERN "*.egg-info" EXCLUDE PATTERN "__pycache__" EXCLUDE)

# How they find it: find_package(chorebench) and pkg-config, both of them wherever the installation is moved to.
set(CHORE_INSTALL_INCLUDE_DIR "include")
set(CHORE_INSTALL_CMAKE_DIR "${CHORE_INSTALL_LIB_DIR}/cmake/chorebench")
file(STRINGS "${PROJECT_SOURCE_DIR}/policy_iface/abi/chore/policy.h" chore_abi REGEX "^#define CHORE_POLICY_ABI_M(AJOR|INOR)")
string(REGEX REPLACE ".*MAJOR +([0-9]+)u.*MINOR +([0-9]+)u.*" "\\1.\\2" CHORE_POLICY_ABI "${chore_abi}")
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/chorebench-config.cmake.in "${PROJECT_BINARY_DIR}/generated/chorebench-config.cmake"
  INSTALL_DESTINATION "${CHORE_INSTALL_CMAKE_DIR}" PATH_VARS CHORE_INSTALL_INCLUDE_DIR CHORE_INSTALL_BIN_DIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/generated/chorebench-config-version.cmake"
  COMPATIBILITY SameMajorVersion)
configure_file(cmake/chorebench.pc.in "${PROJECT_BINARY_DIR}/generated/chorebench.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/generated/chorebench-config.cmake"
  "${PROJECT_BINARY_DIR}/generated/chorebench-config-version.cmake" DESTINATION "${CHORE_INSTALL_CMAKE_DIR}")
install(FILES "${PROJECT_BINARY_DIR}/generated/chorebench.pc" DESTINATION "${CHORE_INSTALL_LIB_DIR}/pkgconfig")

# Data keeps the source tree's shape, so one path works in both: CHORE_SOURCE_DATA_DIR, CHORE_INSTALL_DATA_DIR.
foreach(chore_data IN ITEMS scenes/assets scenes/defs tasks/defs tasks/suites tasks/templates policy_iface/conventions)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${chore_data}")
    get_filename_component(chore_data_parent "${chore_data}" DIRECTORY)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${chore_data}" DESTINATION "${CHORE_INSTALL_DATA_DIR}/${chore_data_parent}")
  endif()
endforeach()
