# The Debian package: scripts/package runs cpack on it. What systemd, the shell and man get is what
# the program itself prints, so that it cannot differ from the program.
set(packaging ${CMAKE_SOURCE_DIR}/scripts/packaging)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # not the tests

install(PROGRAMS $<TARGET_FILE:kontor> DESTINATION /usr/bin)
install(FILES ${packaging}/kontor.toml DESTINATION /etc/kontor PERMISSIONS OWNER_READ OWNER_WRITE
  GROUP_READ WORLD_READ)
install(FILES ${CMAKE_SOURCE_DIR}/docs/operations.md DESTINATION /usr/share/doc/kontor)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION /usr/share/doc/kontor RENAME copyright)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scripts/proxy ${CMAKE_SOURCE_DIR}/scripts/monitoring
  ${packaging}/fail2ban
  DESTINATION /usr/share/doc/kontor/examples)
install(CODE "set(program $<TARGET_FILE:kontor>)")
install(CODE [[
  # printed(PATH ARGUMENT…): what the program prints, as a file of the package.
  function(printed path)
    execute_process(COMMAND ${program} --config /etc/kontor/kontor.toml ${ARGN}
      OUTPUT_VARIABLE text RESULT_VARIABLE result ERROR_VARIABLE complaint)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR "kontor ${ARGN}: ${complaint}")
    endif()
    file(WRITE "$ENV{DESTDIR}${path}" "${text}")
  endfunction()
  printed(/lib/systemd/system/kontor.service service print service --program /usr/bin/kontor)
  printed(/lib/systemd/system/kontor.socket service print socket --program /usr/bin/kontor)
  printed(/usr/share/bash-completion/completions/kontor completion bash)
  printed(/usr/share/zsh/vendor-completions/_kontor completion zsh)
  printed(/usr/share/fish/vendor_completions.d/kontor.fish completion fish)
  set(manual /usr/share/man/man1/kontor.1)
  printed(${manual} help --man)
  execute_process(COMMAND gzip -9nf "$ENV{DESTDIR}${manual}" COMMAND_ERROR_IS_FATAL ANY)
]])

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME kontor)
set(CPACK_PACKAGE_VENDOR "Kontor")
set(CPACK_PACKAGE_CONTACT "Kontor <kontor@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Customers, products and orders of a small firm")
set(CPACK_PACKAGE_DESCRIPTION
  "One program with its database inside: a web UI, an HTTP API, imports, backups that prove themselves.")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES OFF)  # the release build is stripped
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DEPENDS passwd)  # useradd; the program itself needs nothing
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/conffiles ${packaging}/postinst
  ${packaging}/prerm ${packaging}/postrm)
include(CPack)
