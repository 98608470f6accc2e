# keymaps/*.map as C strings, so that a confined policy needs no file: keymaps_built_in.h in this folder of the build.
file(GLOB maps CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/keymaps/*.map")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${maps})
set(entries "")
set(names "")
foreach(map IN LISTS maps)
  get_filename_component(name "${map}" NAME_WE)
  file(READ "${map}" text)
  string(REGEX REPLACE "([\"\\])" "\\\\\\1" text "${text}")
  string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
  string(APPEND entries "    {\"${name}\",\n     \"${text}\"},\n")
  string(APPEND names " ${name}")
endforeach()
string(STRIP "${names}" names)
file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/keymaps_built_in.h" @ONLY CONTENT
  "/* Made from keymaps/ by keymaps.cmake. */
#define KEYMAPS_NAMES \"@names@\"
static const struct {
    const char *name, *text;
} keymaps_built_in[] = {
@entries@};
")
