# kontor_embed(TARGET SYMBOL FILE): puts FILE's bytes into TARGET as `SYMBOL` and `SYMBOL_end`
# (declare them as `extern "C" const char SYMBOL[], SYMBOL_end[];`). The file is a dependency.
function(kontor_embed target symbol file)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embed/${symbol}.S)
  file(CONFIGURE OUTPUT ${out} CONTENT
".section .rodata
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
enable_language(ASM)
