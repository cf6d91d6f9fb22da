#include "backup/create.h"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <thread>

#include "backup/catalogue.h"
#include "backup/restore.h"
#include "backup/staging_folder.h"
#include "unit/backup/support.h"

namespace kontor {
namespace {

using backup::list_backups;
using test::read_file;
using test::SmallDataDir;
using test::write_file;

std::int64_t rows_of(const backup::Manifest& manifest, const std::string& table) {
  for (const auto& digest : manifest.contents.tables) {
    if (digest.name == table) return digest.rows;
  }
  return -1;
}

TEST_CASE("a backup holds database, files and settings, and never the key") {
  SmallDataDir data;
  const backup::Made made = data.make_backup();
  const test::ScratchDir out(test::ScratchDir::memory());
  const backup::Manifest manifest = backup::unpack_proven(made.file, out.path(), {}).value();
  CHECK(rows_of(manifest, "things") == 3);
  CHECK(manifest.reason == "test");
  CHECK(read_file(out.path() / "files/ab/abcd") == "an uploaded file");
  CHECK(read_file(out.path() / "kontor.toml") == "currency = \"EUR\"\n");
  CHECK_FALSE(std::filesystem::exists(out.path() / "master.key"));
  CHECK(manifest.left_out.front() == "master.key");
  CHECK(manifest.files.size() == 3);
}

TEST_CASE("the manifest counts what was there when the backup began") {
  SmallDataDir data;
  const backup::Made first = data.make_backup();
  data.add("four").value();
  const backup::Made second = data.make_backup();
  CHECK(rows_of(first.manifest, "things") == 3);
  CHECK(rows_of(second.manifest, "things") == 4);
  CHECK(first.manifest.contents.tables != second.manifest.contents.tables);
  const auto listed = list_backups(data.backups()).value();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].is_readable());
}

TEST_CASE("under steady writes a backup ends, is one moment, and can be proven") {
  SmallDataDir data;
  std::atomic<bool> ending = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int number = 0; !ending; ++number) {
      if (data.add("thing " + std::to_string(number)).ok()) ++written;
    }
  });
  const auto made = data.try_backup();
  const int during = written;
  ending = true;
  writer.join();
  REQUIRE(made.ok());
  const test::ScratchDir out(test::ScratchDir::memory());
  const auto proven = backup::unpack_proven(made->file, out.path(), {});
  REQUIRE(proven.ok());
  CHECK(rows_of(*proven, "things") <= 3 + during + 1);  // one may be done and not yet counted
}

TEST_CASE("a damaged database is told, and no backup is made of it") {
  SmallDataDir data;
  data.store->close();
  std::string bytes = read_file(data.path() / "kontor.db");
  const std::size_t page = 4096;
  for (std::size_t at = 2 * page; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 7);
  write_file(data.path() / "kontor.db", bytes);
  const auto made = data.try_backup();
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == Code::verification_failed);
  CHECK(list_backups(data.backups()).value().empty());
}

TEST_CASE("an interrupted backup leaves nothing") {
  SmallDataDir data;
  int asked = 0;
  const auto made = backup::create_backup({.data_dir = data.path(),
                                           .folder = data.backups(),
                                           .is_cancelled = [&] { return ++asked > 3; }},
                                          data.clock, data.random);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().kind == "interrupted");
  CHECK(std::filesystem::is_empty(data.backups()));
}

TEST_CASE("what a killed backup left is swept by the next, what a living one needs is not") {
  SmallDataDir data;
  write_file(data.backups() / ".kontor-staging-0000dead/kontor.db", "half a database");
  const auto living = backup::StagingFolder::make(data.backups(), data.random).value();
  data.make_backup();
  CHECK_FALSE(std::filesystem::exists(data.backups() / ".kontor-staging-0000dead"));
  CHECK(std::filesystem::exists(living.path()));
}

TEST_CASE("a link among the uploaded files is refused by name") {
  SmallDataDir data;
  std::filesystem::create_symlink("/etc/passwd", data.path() / "files/ab/link");
  const auto made = data.try_backup();
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().message.find("files/ab/link") != std::string::npos);
}

TEST_CASE("without a database there is nothing to back up") {
  const test::ScratchDir empty;
  SystemClock clock;
  SystemRandom random;
  const auto made = backup::create_backup(
      {.data_dir = empty.path(), .folder = empty.path() / "backups"}, clock, random);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == Code::not_initialised);
}

}  // namespace
}  // namespace kontor
