# kontor_embed_zoneinfo(TARGET): the machine's time zone database as the symbols kontor_zoneinfo and
# kontor_zoneinfo_end. The format is described in pack_zoneinfo.py.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(KONTOR_ZONEINFO /usr/share/zoneinfo CACHE PATH "Zoneinfo tree that is packed into the program")

function(kontor_embed_zoneinfo target)
  set(packer ${CMAKE_SOURCE_DIR}/scripts/cmake/pack_zoneinfo.py)
  set(packed ${CMAKE_CURRENT_BINARY_DIR}/embed/zoneinfo.bin)
  add_custom_command(OUTPUT ${packed}
    COMMAND ${Python3_EXECUTABLE} ${packer} ${KONTOR_ZONEINFO} ${packed}
    DEPENDS ${packer} ${KONTOR_ZONEINFO}/tzdata.zi
    COMMENT "Packing time zones" VERBATIM)
  kontor_embed(${target} kontor_zoneinfo ${packed})
endfunction()
