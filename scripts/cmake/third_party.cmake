# Targets for the pinned sources that scripts/deps puts into third_party/, and for Debian's static
# libraries. Upstream CMake files are not used: each target below is the whole build of its library.
set(third_party ${CMAKE_SOURCE_DIR}/third_party)
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/deps COMMAND_ERROR_IS_FATAL ANY)

# Optimised in debug builds too: they are compiled once. Under the sanitizers SQLite takes three
# minutes to compile at -O2 with undefined-behaviour checks, and half a minute like this.
set(third_party_options -O2)
if(KONTOR_SANITIZE MATCHES "address")
  set(third_party_options -O1 -fno-sanitize=undefined)
endif()

set(OPENSSL_USE_STATIC_LIBS ON)
set(ZLIB_USE_STATIC_LIBS ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_library(BROTLI_ENC libbrotlienc.a REQUIRED)
find_library(BROTLI_DEC libbrotlidec.a REQUIRED)
find_library(BROTLI_COMMON libbrotlicommon.a REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_library(SODIUM libsodium.a REQUIRED)
find_path(SODIUM_INCLUDE sodium.h REQUIRED)
find_library(QRCODEGEN libqrcodegencpp.a REQUIRED)
find_path(QRCODEGEN_INCLUDE qrcodegen/qrcodegen.hpp REQUIRED)

# One connection is used by one thread at a time (THREADSAFE=2); see docs/architecture.md, "Store".
add_library(sqlite3 STATIC ${third_party}/sqlite/sqlite3.c)
target_include_directories(sqlite3 SYSTEM PUBLIC ${third_party}/sqlite)
target_compile_options(sqlite3 PRIVATE -w ${third_party_options})
target_compile_definitions(sqlite3 PUBLIC SQLITE_OMIT_LOAD_EXTENSION PRIVATE
  SQLITE_DQS=0 SQLITE_THREADSAFE=2 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_DEFAULT_FOREIGN_KEYS=1
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE SQLITE_USE_ALLOCA
  SQLITE_STRICT_SUBTYPE=1 SQLITE_TRUSTED_SCHEMA=0 SQLITE_TEMP_STORE=2 SQLITE_ENABLE_FTS5
  SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ENABLE_DBPAGE_VTAB SQLITE_ENABLE_STAT4
  SQLITE_ENABLE_COLUMN_METADATA SQLITE_ENABLE_STMTVTAB HAVE_USLEEP=1
  SQLITE_MAX_ALLOCATION_SIZE=100000000)

target_sources(sqlite3 PRIVATE ${third_party}/cksumvfs/ext/misc/cksumvfs.c)
target_compile_definitions(sqlite3 PRIVATE SQLITE_CKSUMVFS_STATIC)

file(GLOB sqlitecpp_sources ${third_party}/sqlitecpp/src/*.cpp)
add_library(SQLiteCpp STATIC ${sqlitecpp_sources})
target_include_directories(SQLiteCpp SYSTEM PUBLIC ${third_party}/sqlitecpp/include)
target_compile_options(SQLiteCpp PRIVATE -w ${third_party_options})
target_link_libraries(SQLiteCpp PUBLIC sqlite3)

# Response compression is ours (lib/http), so httplib gets no codec; TLS sits in our reactor.
# CPPHTTPLIB_USE_NON_BLOCKING_GETADDRINFO stays undefined (use after free, upstream #2431).
add_library(httplib INTERFACE)
target_include_directories(httplib SYSTEM INTERFACE ${third_party}/httplib)
target_compile_definitions(httplib INTERFACE CPPHTTPLIB_LISTEN_BACKLOG=511)
target_link_libraries(httplib INTERFACE
  OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB ${BROTLI_ENC} ${BROTLI_DEC} ${BROTLI_COMMON} Threads::Threads)

add_library(json INTERFACE)
target_include_directories(json SYSTEM INTERFACE ${third_party}/json/include)

add_library(cli11 INTERFACE)
target_include_directories(cli11 SYSTEM INTERFACE ${third_party}/cli11/include)

# Passwords (argon2id) and what is sealed with a key of the data directory.
add_library(sodium INTERFACE)
target_include_directories(sodium SYSTEM INTERFACE ${SODIUM_INCLUDE})
target_compile_definitions(sodium INTERFACE SODIUM_STATIC=1)
target_link_libraries(sodium INTERFACE ${SODIUM})

# The picture that an authenticator app reads.
add_library(qrcodegen INTERFACE)
target_include_directories(qrcodegen SYSTEM INTERFACE ${QRCODEGEN_INCLUDE})
target_link_libraries(qrcodegen INTERFACE ${QRCODEGEN})

add_library(tomlplusplus INTERFACE)
target_include_directories(tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE})
target_compile_definitions(tomlplusplus INTERFACE TOML_HEADER_ONLY=1 TOML_EXCEPTIONS=0)

add_library(catch2 STATIC ${third_party}/catch2/extras/catch_amalgamated.cpp)
target_include_directories(catch2 SYSTEM PUBLIC ${third_party}/catch2/extras)
target_compile_options(catch2 PRIVATE -w $<$<CONFIG:Release>:-O1>)
if(KONTOR_SANITIZE)
  target_compile_options(catch2 PRIVATE -fno-sanitize=all)
endif()
