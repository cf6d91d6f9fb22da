#include "backup/status.h"

#include <catch_amalgamated.hpp>

#include "unit/backup/support.h"

namespace kontor {
namespace {

TEST_CASE("what was recorded is read back, each part by itself") {
  const test::ScratchDir dir;
  const std::filesystem::path backups = dir.path() / "backups";
  CHECK_FALSE(backup::read_status(backups).last_backup);
  backup::record_failure(backups, {.at_ms = 1'000, .what = "the disk is full"}).value();
  CHECK(backup::read_status(backups).last_failure->what == "the disk is full");
  backup::record_backup(backups, {.file = "a.tar.gz",
                                  .at_ms = 1'795'000'000'123,
                                  .bytes = 10,
                                  .database_bytes = 20,
                                  .rows = 30,
                                  .duration_ms = 40,
                                  .reason = "nightly"})
      .value();
  backup::record_proof(backups, {.file = "a.tar.gz", .at_ms = 5'000, .rows = 30, .passed = true})
      .value();
  backup::record_proof(backups, {.file = "b.tar.gz", .at_ms = 6'000, .finding = "torn"}).value();
  const backup::Status status = backup::read_status(backups);
  CHECK(status.last_backup->at_ms == 1'795'000'000'123);
  CHECK(status.last_backup->reason == "nightly");
  CHECK_FALSE(status.last_failure);
  CHECK(status.last_proof->finding == "torn");
  CHECK(status.last_passed_proof->file == "a.tar.gz");
  CHECK(status.last_passed_proof->at_ms == 5'000);
}

TEST_CASE("a record that is damaged counts as none") {
  const test::ScratchDir dir;
  for (const char* text : {"", "{", "[]", R"({"last_backup": 7})"}) {
    test::write_file(dir.path() / "status.json", text);
    CHECK_FALSE(backup::read_status(dir.path()).last_backup);
  }
}

}  // namespace
}  // namespace kontor
