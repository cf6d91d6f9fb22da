#include "store/embedded_schema.h"

#include <catch_amalgamated.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace kontor::store {
namespace {

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string file_stem(const EmbeddedMigration& migration) {
  const std::string number = std::to_string(migration.version);
  return std::string(4 - number.size(), '0') + number + "_" + std::string(migration.name);
}

TEST_CASE("the program carries every migration, numbered from one without a gap") {
  int expected = 1;
  for (const EmbeddedMigration& migration : embedded_schema()) {
    CHECK(migration.version == expected++);
  }
  CHECK(expected > 1);
}

TEST_CASE("an embedded migration is its two files to the byte") {
  const std::filesystem::path folder = std::filesystem::path(KONTOR_SOURCE_DIR) / "schema";
  for (const EmbeddedMigration& migration : embedded_schema()) {
    const std::string stem = file_stem(migration);
    CHECK(migration.up == file_text(folder / (stem + ".up.sql")));
    CHECK(migration.down == file_text(folder / (stem + ".down.sql")));
    CHECK_FALSE(migration.up.empty());
  }
}

}  // namespace
}  // namespace kontor::store
