# The web UI: built from app/web by node, packed, and put into the program.
set(KONTOR_UI source CACHE STRING "The web UI: source (built from app/web; needs node and npm) or off")
set_property(CACHE KONTOR_UI PROPERTY STRINGS source off)

# kontor_build_web(OUTPUT): makes OUTPUT, whose format is described in pack_web.py.
function(kontor_build_web packed)
  find_program(NODE_PROGRAM node)
  if(NOT NODE_PROGRAM)
    message(FATAL_ERROR "node builds the web UI and is missing: run scripts/setup, or build "
      "without the web UI: -DKONTOR_UI=off")
  endif()
  set(web ${CMAKE_SOURCE_DIR}/app/web)
  set(built ${CMAKE_CURRENT_BINARY_DIR}/web)
  set(packer ${CMAKE_SOURCE_DIR}/scripts/cmake/pack_web.py)
  set(packages ${CMAKE_SOURCE_DIR}/scripts/web_packages)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/root/*)
  add_custom_command(OUTPUT ${packed}
    COMMAND ${packages}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${built}
    COMMAND ${NODE_PROGRAM} ${web}/build.mjs --out ${built}
    COMMAND ${Python3_EXECUTABLE} ${packer} ${built} ${packed}
    DEPENDS ${sources} ${web}/build.mjs ${web}/package.json ${web}/package-lock.json ${packages}
      ${packer}
    WORKING_DIRECTORY ${web}
    COMMENT "Building the web UI" VERBATIM)
endfunction()

# kontor_embed_web(TARGET): the packed UI as the symbols kontor_web and kontor_web_end; nothing
# between them if there is none.
function(kontor_embed_web target)
  set(packed ${CMAKE_CURRENT_BINARY_DIR}/embed/web.bin)
  if(KONTOR_UI STREQUAL "source")
    kontor_build_web(${packed})
  elseif(KONTOR_UI STREQUAL "off")
    set(packed ${CMAKE_CURRENT_BINARY_DIR}/embed/no_web.bin)
    file(CONFIGURE OUTPUT ${packed} CONTENT "")
  else()
    message(FATAL_ERROR "KONTOR_UI is \"${KONTOR_UI}\"; it may be source or off")
  endif()
  kontor_embed(${target} kontor_web ${packed})
endfunction()
