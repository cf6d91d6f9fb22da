#include "base/master_key.h"

#include <catch_amalgamated.hpp>

#include "unit/base/temporary_folder.h"

using namespace kontor;

namespace {

std::string check_value_of(char filler) {
  return SecretKey(std::string(SecretKey::k_bytes, filler)).check_value();
}

}  // namespace

TEST_CASE("the master key is the 32 bytes of its file") {
  TemporaryFolder folder;
  const std::string file = folder.write("master.key", std::string(32, 'f'));
  CHECK(read_master_key(file, "").value().check_value() == check_value_of('f'));
}

TEST_CASE("a credential of systemd is taken before the file, also where there is none") {
  TemporaryFolder folder;
  const std::string file = folder.write("master.key", std::string(32, 'f'));
  TemporaryFolder credentials;
  CHECK(read_master_key(file, credentials.path()).value().check_value() == check_value_of('f'));
  credentials.write("kontor_master_key", std::string(32, 'c'));
  CHECK(read_master_key(file, credentials.path()).value().check_value() == check_value_of('c'));
  CHECK(read_master_key(folder.path("none"), credentials.path()).ok());
}

TEST_CASE("a key that is missing or cut off is one clear message") {
  TemporaryFolder folder;
  const Error missing = read_master_key(folder.path("master.key"), "").error();
  CHECK(missing.code == Code::wrong_key);
  CHECK(missing.message.find(folder.path("master.key") + " is missing") == 0);
  CHECK_FALSE(missing.hint.empty());

  for (const std::size_t bytes : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
    const std::string file = folder.write("master.key", std::string(bytes, 'S'));
    const Error cut = read_master_key(file, "").error();
    CHECK(cut.code == Code::wrong_key);
    CHECK(cut.message == file + " is no master key: it must have 32 bytes.");
  }
  const std::string file = folder.write("master.key", std::string(5'000, 'S'));
  CHECK(read_master_key(file, "").error().code == Code::wrong_key);
}

TEST_CASE("an unusable credential is not passed over for the file") {
  TemporaryFolder folder;
  const std::string file = folder.write("master.key", std::string(32, 'f'));
  TemporaryFolder credentials;
  credentials.write("kontor_master_key", "short");
  CHECK(read_master_key(file, credentials.path()).error().code == Code::wrong_key);
}
