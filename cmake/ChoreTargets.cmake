# The helpers with which each folder declares what it holds; cmake/README.md shows them in use.

# What a user runs, without the tests: the programs and plug-ins that are installed. demo.sh builds this.
add_custom_target(chore_product)

# chore_add_library(<target> SOURCES a.c … [INCLUDE include] [PUBLIC <libs>] [PRIVATE <libs>])
# A static library. INCLUDE is its public include root: users of the target see it, nobody else does.
function(chore_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "SOURCES;PUBLIC;PRIVATE")
  chore_check_arguments(${target})
  add_library(${target} STATIC ${arg_SOURCES})
  if(arg_INCLUDE)
    target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}/${arg_INCLUDE}")
  endif()
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} chore_warnings)
endfunction()

# chore_add_plugin(<target> SOURCES a.c … [NAME file-name] [LIBS <libs>])
# A module <build>/lib/chorebench/<NAME>.so (NAME defaults to the target), loaded at run time, installed with the rest.
# A policy links chore_policy_abi and libc/libm, nothing of the harness.
function(chore_add_plugin target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "NAME;OUTPUT_DIR" "SOURCES;LIBS")
  chore_check_arguments(${target})
  if(NOT arg_NAME)
    set(arg_NAME ${target})
  endif()
  if(NOT arg_OUTPUT_DIR)
    set(arg_OUTPUT_DIR "${CHORE_PLUGIN_OUTPUT_DIR}")
  endif()
  add_library(${target} MODULE ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME "${arg_NAME}" LIBRARY_OUTPUT_DIRECTORY "${arg_OUTPUT_DIR}" INSTALL_RPATH "$ORIGIN/..")
  target_link_libraries(${target} PRIVATE ${arg_LIBS} chore_warnings)
  if(NOT CHORE_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,--no-undefined)
  endif()
  if(NOT arg_NO_INSTALL)
    add_dependencies(chore_product ${target})
    install(TARGETS ${target} LIBRARY DESTINATION "${CHORE_INSTALL_PLUGIN_DIR}")
  endif()
endfunction()

# chore_add_program(<target> SOURCES main.c … [LIBS <libs>])
# A program <build>/bin/<target>, installed to bin/; finds libmujoco in ../lib.
function(chore_add_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL" "" "SOURCES;LIBS")
  chore_check_arguments(${target})
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${arg_LIBS} chore_warnings)
  if(NOT arg_NO_INSTALL)
    add_dependencies(chore_product ${target})
    install(TARGETS ${target} RUNTIME DESTINATION "${CHORE_INSTALL_BIN_DIR}")
  endif()
endfunction()

# chore_add_test(<name> SOURCES test_x.c … [LIBS <libs>] [INCLUDES <dirs>] [ARGS …] [ENV A=b …] [TIMEOUT s] [SLOW])
# A cmocka program <build>/tests/<name> and the ctest test of that name, labelled fast or slow.
function(chore_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "TIMEOUT" "SOURCES;LIBS;INCLUDES;ARGS;ENV")
  chore_check_arguments(${name})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" ${arg_INCLUDES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} PkgConfig::cmocka chore_warnings)
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  chore_test_properties(${name} ${ARGN})
endfunction()

# chore_add_script_test(<name> COMMAND <program> <args> … [ENV A=b …] [TIMEOUT s] [SLOW])
# A ctest test that is a script or a run of the program; exit status 77 means skipped.
function(chore_add_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "TIMEOUT" "COMMAND;ENV")
  chore_check_arguments(${name})
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  chore_test_properties(${name} ${ARGN})
endfunction()

# What all tests have in common: label, time limit, and an environment that points at this build and this source.
function(chore_test_properties name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "TIMEOUT" "ENV")
  if(arg_SLOW)
    set(label slow)
    set(timeout 600)
  else()
    set(label fast)
    set(timeout 60)
  endif()
  if(arg_TIMEOUT)
    set(timeout ${arg_TIMEOUT})
  endif()
  if(CHORE_SANITIZE)
    math(EXPR timeout "${timeout} * 4")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
  set_property(TEST ${name} PROPERTY ENVIRONMENT
    "CHOREBENCH_DATA=${PROJECT_SOURCE_DIR}" "CHORE_BUILD_DIR=${PROJECT_BINARY_DIR}" "CHORE_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "ASAN_OPTIONS=detect_stack_use_after_return=1" "UBSAN_OPTIONS=print_stacktrace=1" ${arg_ENV})
endfunction()

# A misspelt keyword would be taken for one more value in silence; a stray first argument is caught here.
macro(chore_check_arguments target)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${target}: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
endmacro()
