# podmoat_embed(MODULE FILE FUNCTION): compiles the bytes of FILE, a path inside the room, into the room's library.
# FUNCTION is the qualified name of a function, declared by the room, that returns them as a std::string_view.
#
# The bytes are written as numbers: a string literal of this length is beyond what a compiler must take. The same
# file is the script that does so at build time, so that an edit of FILE is an edit of the library.

function(podmoat_embed module file function)
  podmoat_library_name(${module} library)
  set(input ${CMAKE_CURRENT_SOURCE_DIR}/src/${module}/${file})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embed/${module}/${file}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${output} -DFUNCTION=${function} -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
    DEPENDS ${input} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
    COMMENT "Embedding src/${module}/${file}"
    VERBATIM)
  target_sources(${library} PRIVATE ${output})
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  string(REGEX MATCH "^(.*)::([a-z_]+)$" _ "${FUNCTION}")
  set(namespace ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  file(READ ${INPUT} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  file(WRITE ${OUTPUT} "#include <string_view>

namespace ${namespace} {
namespace {
constexpr unsigned char kBytes[] = {
${bytes}
};
}  // namespace

std::string_view ${name}();
std::string_view ${name}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }

}  // namespace ${namespace}
")
endif()
