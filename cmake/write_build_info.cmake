# Script of the target chore_build_info_header (see ChoreBuildInfo.cmake). configure_file leaves the header alone when
# nothing changed, so an unchanged tree compiles nothing again.

set(COMMIT "unknown")
set(DIRTY 0)
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE_DIR}/.git")
  # --no-optional-locks: a build never competes with the user's own git for the index lock;
  # safe.directory: a checkout of another user's, as in containers, still says what it is
  set(git "${GIT}" --no-optional-locks -c "safe.directory=${SOURCE_DIR}" -C "${SOURCE_DIR}")
  execute_process(COMMAND ${git} rev-parse --verify -q HEAD
    OUTPUT_VARIABLE head RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(result EQUAL 0)
    set(COMMIT "${head}")
    execute_process(COMMAND ${git} diff --quiet HEAD --
      RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(NOT result EQUAL 0)
      set(DIRTY 1)
    endif()
  endif()
endif()
string(REPLACE "\\" "\\\\" FLAGS "${FLAGS}")
string(REPLACE "\"" "\\\"" FLAGS "${FLAGS}")
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
