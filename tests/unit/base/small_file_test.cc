#include "base/small_file.h"

#include <catch_amalgamated.hpp>

#include "unit/base/temporary_folder.h"

using namespace kontor;

TEST_CASE("a small file is read whole") {
  const TemporaryFolder folder;
  const std::string text(20'000, 'x');
  const std::string path = folder.write("file", text);
  CHECK(*read_small_file(path, 20'000) == text);
  CHECK(read_small_file(path, 19'999).error().code == Code::too_large);
  CHECK(read_small_file(folder.write("empty", ""), 10)->empty());
}

TEST_CASE("what cannot be read is told with its path") {
  const TemporaryFolder folder;
  const auto missing = read_small_file(folder.path("none"), 10);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().message.find(folder.path("none")) != std::string::npos);
  CHECK(read_small_file(folder.path(), 10).error().code == Code::io_error);
  CHECK(read_small_file("/dev/zero", 10).error().code == Code::too_large);
}
