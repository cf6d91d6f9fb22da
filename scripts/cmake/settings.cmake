# Compiler and linker settings of our own code. Third-party targets do not link these.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
if(KONTOR_SANITIZE MATCHES "address")
  # Quick to compile (clang is, twice as quick as g++); what the tests do a million times over asks
  # for kontor_quick().
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
endif()

# Same bytes from every folder: no build path in the program.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_compile_options(-fstack-protector-strong -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fcf-protection=full -ftrivial-auto-var-init=zero)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness is what ccache asks for before it caches a file that uses a precompiled header.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()
add_link_options(-Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack)

add_library(kontor_settings INTERFACE)
target_compile_options(kontor_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wzero-as-null-pointer-constant -Wcast-align -Wunused -Woverloaded-virtual
  -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Designated initialisers leave members to their defaults on purpose; g++ 12's range checks
  # report std::string copies that cannot happen (GCC bug 105329).
  target_compile_options(kontor_settings INTERFACE -Wno-missing-field-initializers -Wno-restrict)
  # With a precompiled header g++ 12 forgets that the standard library is not to be warned of, and
  # these report what happens nowhere in it.
  target_compile_options(kontor_settings INTERFACE
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()
target_compile_definitions(kontor_settings INTERFACE _GLIBCXX_ASSERTIONS)
target_include_directories(kontor_settings INTERFACE ${CMAKE_SOURCE_DIR}/lib)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(kontor_settings INTERFACE _FORTIFY_SOURCE=2)
endif()
if(KONTOR_SANITIZE)
  add_compile_options(-fsanitize=${KONTOR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(KONTOR_SANITIZE MATCHES "undefined")
    # A third of the time to compile, for what the address sanitizer stops at as well, or what this
    # processor does not mind.
    add_compile_options(-fno-sanitize=null,vptr,object-size,alignment,pointer-overflow)
    add_compile_options(-fno-sanitize=nonnull-attribute,returns-nonnull-attribute)
  endif()
  add_link_options(-fsanitize=${KONTOR_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's manual warns that the sanitizers make these report what cannot happen.
    target_compile_options(kontor_settings INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
    if(KONTOR_SANITIZE STREQUAL "thread")
      target_compile_options(kontor_settings INTERFACE -Wno-error)
    endif()
  endif()
endif()

if(KONTOR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Which warnings our code must be free of is said by g++, and by clang-tidy.
  target_compile_options(kontor_settings INTERFACE -w)
endif()

# kontor_precompile(TARGET HEADER...): parses what most files include once for each target: half of
# what a file costs to compile. The fuzz build compiles too few files for it to pay.
function(kontor_precompile target)
  if(NOT KONTOR_FUZZ)
    target_precompile_headers(${target} PRIVATE ${ARGN} <algorithm> <chrono> <condition_variable>
      <cstdint> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
      <thread> <unordered_map> <utility> <variant> <vector>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -fpch-preprocess)
    endif()
  endif()
endfunction()

# kontor_group(TARGET): under the sanitizers, which nobody builds to work with, files that do not
# disturb each other are compiled as one: less than half the time. The other builds compile each file
# alone, and so notice what a file forgets to include of ours.
function(kontor_group target)
  if(NOT KONTOR_SANITIZE OR KONTOR_FUZZ)
    return()
  endif()
  set(script ${CMAKE_SOURCE_DIR}/scripts/source_groups.py)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  list(FILTER sources EXCLUDE REGEX "^${CMAKE_BINARY_DIR}/")
  execute_process(COMMAND ${Python3_EXECUTABLE} ${script} ${sources}
    OUTPUT_VARIABLE lines COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "\n$" "" lines "${lines}")
  string(REPLACE "\n" ";" lines "${lines}")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([0-9]+) (.*)$" line "${line}")
    set_source_files_properties(${CMAKE_MATCH_2} PROPERTIES UNITY_GROUP ${target}_${CMAKE_MATCH_1})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script} ${sources})
endfunction()

# kontor_quick(TARGET): optimised a little where the rest of the build is not.
function(kontor_quick target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O1)
  endif()
endfunction()

# kontor_small(TARGET): what runs once a command, not once a request, is compiled for size.
function(kontor_small target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -Os)
  endif()
endfunction()

# kontor_library(NAME DEPS... [SMALL PLACE...]): one static library per folder under lib/, from all its
# .cc files. Those of the folders and files under SMALL run once a command, too, or wait for a disk or
# a hash anyway: kontor_small.
function(kontor_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" "SMALL")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  add_library(kontor_${name} STATIC ${sources})
  target_link_libraries(kontor_${name} PUBLIC ${library_UNPARSED_ARGUMENTS} PRIVATE kontor_settings)
  target_include_directories(kontor_${name} PUBLIC ${CMAKE_SOURCE_DIR}/lib)
  kontor_precompile(kontor_${name})
  kontor_group(kontor_${name})
  if(library_SMALL AND CMAKE_BUILD_TYPE STREQUAL "Release")
    kontor_take_small(kontor_${name} ${library_SMALL})
  endif()
endfunction()

# A target of their own, as a precompiled header is of use only where the options are the same.
function(kontor_take_small library)
  get_target_property(sources ${library} SOURCES)
  get_target_property(dependencies ${library} INTERFACE_LINK_LIBRARIES)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE places)
  set(small "")
  foreach(place IN LISTS places)
    set(found ${sources})
    list(FILTER found INCLUDE REGEX "^${place}(/|$)")
    if(NOT found)
      message(FATAL_ERROR "${library}: there is no ${place}, which SMALL names")
    endif()
    list(APPEND small ${found})
  endforeach()
  list(REMOVE_ITEM sources ${small})
  set_property(TARGET ${library} PROPERTY SOURCES ${sources})
  add_library(${library}_small OBJECT ${small})
  target_include_directories(${library}_small PRIVATE ${CMAKE_SOURCE_DIR}/lib)
  target_link_libraries(${library}_small PRIVATE ${dependencies} kontor_settings)
  kontor_precompile(${library}_small)
  kontor_small(${library}_small)
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${library}_small>)
endfunction()
