# Files that travel inside the program.
enable_language(ASM)

# kontor_embed(TARGET SYMBOL FILE): puts FILE's bytes into TARGET as `SYMBOL` and `SYMBOL_end`
# (declare them as `extern "C" const char SYMBOL[], SYMBOL_end[];`). The file is a dependency.
function(kontor_embed target symbol file)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embed/${symbol}.S)
  file(CONFIGURE OUTPUT ${out} CONTENT
".section .rodata.${symbol},\"a\",@progbits
.global ${symbol}
.global ${symbol}_end
.balign 16
${symbol}:
.incbin \"${file}\"
${symbol}_end:
.byte 0
.section .note.GNU-stack,\"\",@progbits
")
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS ${file} LANGUAGE ASM)
  target_sources(${target} PRIVATE ${out})
endfunction()

# kontor_embed_schema(TARGET): every schema/NNNN_name.{up,down}.sql, and the table of them that
# lib/store/embedded_schema.h declares. A migration without its way back stops the configuration.
function(kontor_embed_schema target)
  file(GLOB ups CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/*.up.sql)
  list(SORT ups)
  set(declarations "")
  set(rows "")
  foreach(up IN LISTS ups)
    get_filename_component(file_name ${up} NAME)
    if(NOT file_name MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)\\.up\\.sql$")
      message(FATAL_ERROR "schema/${file_name}: the name must be NNNN_name.up.sql")
    endif()
    set(number ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    string(REGEX REPLACE "\\.up\\.sql$" ".down.sql" down ${up})
    if(NOT EXISTS ${down})
      message(FATAL_ERROR "schema/${file_name} has no ${number}_${name}.down.sql beside it")
    endif()
    string(REGEX REPLACE "^0+" "" version ${number})
    foreach(way up down)
      set(symbol kontor_schema_${number}_${way})
      kontor_embed(${target} ${symbol} ${${way}})
      string(APPEND declarations "extern const char ${symbol}[], ${symbol}_end[];\n")
    endforeach()
    string(APPEND rows "      {${version}, \"${name}\",\n"
      "       text(kontor_schema_${number}_up, kontor_schema_${number}_up_end),\n"
      "       text(kontor_schema_${number}_down, kontor_schema_${number}_down_end)},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  if(NOT rows)
    set(count 0)
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embed/embedded_schema.cc)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"#include \"store/embedded_schema.h\"

#include <array>

extern \"C\" {
${declarations}}

namespace kontor::store {
namespace {

[[maybe_unused]] std::string_view text(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const EmbeddedMigration> embedded_schema() {
  static const std::array<EmbeddedMigration, ${count}> k_migrations = {{
${rows}  }};
  return k_migrations;
}

}  // namespace kontor::store
")
  target_sources(${target} PRIVATE ${out})
endfunction()
