// Data sets that are too large for the repository: tests that need one are skipped without it.
#pragma once

#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace kontor::test {

// Folder of the set: $KONTOR_SHARED_DATA/<set>, or <source>/../shared/data/<set>.
inline std::filesystem::path shared_data(const std::string& set) {
  const char* given = std::getenv("KONTOR_SHARED_DATA");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(KONTOR_SOURCE_DIR) / ".." / "shared" / "data";
  if (!std::filesystem::exists(root / set))
    SKIP("the data set " + set + " is not there; KONTOR_SHARED_DATA names its folder");
  return root / set;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace kontor::test
