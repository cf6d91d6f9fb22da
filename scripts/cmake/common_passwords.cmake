# kontor_embed_common_passwords(TARGET): the passwords that are refused, as the symbols
# kontor_common_passwords and kontor_common_passwords_end. The format is described in
# pack_common_passwords.py.
set(KONTOR_PASSWORD_LIST /usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py CACHE FILEPATH
  "frequency_lists.py of python3-zxcvbn, from which the common passwords are taken")

function(kontor_embed_common_passwords target)
  if(NOT EXISTS ${KONTOR_PASSWORD_LIST})
    message(FATAL_ERROR "No list of common passwords at ${KONTOR_PASSWORD_LIST}: run scripts/setup, "
      "which installs python3-zxcvbn, or name another place with -DKONTOR_PASSWORD_LIST=FILE")
  endif()
  set(packer ${CMAKE_SOURCE_DIR}/scripts/cmake/pack_common_passwords.py)
  set(packed ${CMAKE_CURRENT_BINARY_DIR}/embed/common_passwords.bin)
  add_custom_command(OUTPUT ${packed}
    COMMAND ${Python3_EXECUTABLE} ${packer} ${KONTOR_PASSWORD_LIST} ${packed}
    DEPENDS ${packer} ${KONTOR_PASSWORD_LIST}
    COMMENT "Packing common passwords" VERBATIM)
  kontor_embed(${target} kontor_common_passwords ${packed})
endfunction()
