# What cmake --install copies beside the programs and plug-ins (those install themselves, see ChoreTargets.cmake).

install(FILES "${MuJoCo4_LIBRARY}" DESTINATION "${CHORE_INSTALL_LIB_DIR}" RENAME "${MuJoCo4_SONAME}"
  PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CHORE_INSTALL_DATA_DIR}")

# What policy authors need: the ABI and its extensions, nothing of the harness.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/policy_iface/abi/chore" DESTINATION include
  FILES_MATCHING PATTERN "*.h")

# Data keeps the source tree's shape, so one path works in both: CHORE_SOURCE_DATA_DIR, CHORE_INSTALL_DATA_DIR.
foreach(chore_data IN ITEMS scenes/assets scenes/defs tasks/defs tasks/suites tasks/templates)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${chore_data}")
    get_filename_component(chore_data_parent "${chore_data}" DIRECTORY)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${chore_data}" DESTINATION "${CHORE_INSTALL_DATA_DIR}/${chore_data_parent}")
  endif()
endforeach()
