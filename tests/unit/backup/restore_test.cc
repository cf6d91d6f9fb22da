#include "backup/restore.h"

#include <catch_amalgamated.hpp>

#include "backup/archive_writer.h"
#include "backup/catalogue.h"
#include "unit/backup/support.h"

namespace kontor {
namespace {

using test::read_file;
using test::SmallDataDir;
using test::write_file;

Result<backup::Manifest> try_prove(const std::filesystem::path& file,
                                   const std::vector<backup::Check>& checks = {}) {
  const test::ScratchDir parent(test::ScratchDir::memory());
  SystemRandom random;
  auto proven = backup::prove(file, parent.path(), checks, random);
  CHECK(std::filesystem::is_empty(parent.path()));
  return proven;
}

// A backup's file with a manifest and a database of our own.
std::filesystem::path forge(const SmallDataDir& data, backup::Manifest manifest,
                            const std::filesystem::path& database) {
  const std::filesystem::path file = data.path() / "forged.tar.gz";
  manifest.files.resize(1);
  const std::string text = to_json(manifest);
  auto writer = backup::ArchiveWriter::open(file, 0).value();
  writer.add("manifest.json", text).value();
  writer.add("SHA256SUMS", checksums(text, manifest)).value();
  writer.add_file(manifest.files.front(), database).value();
  writer.finish().value();
  return file;
}

TEST_CASE("every flipped bit of a backup is reported") {
  SmallDataDir data;
  const std::string bytes = read_file(data.make_backup().file);
  const std::filesystem::path flipped = data.path() / "flipped.tar.gz";
  const std::size_t step = bytes.size() / 150 + 1;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < 20; ++at) places.insert(places.end(), {at, bytes.size() - 1 - at});
  for (std::size_t at = 20; at < bytes.size(); at += step) places.push_back(at);
  for (const std::size_t at : places) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    write_file(flipped, changed);
    const test::ScratchDir out(test::ScratchDir::memory());
    const auto unpacked = backup::unpack(flipped, out.path());
    INFO("byte " << at);
    REQUIRE_FALSE(unpacked.ok());
    CHECK(unpacked.error().code == Code::verification_failed);
    CHECK(unpacked.error().message.find("flipped.tar.gz") != std::string::npos);
  }
}

TEST_CASE("a backup that was cut says so, wherever it was cut") {
  SmallDataDir data;
  const std::string bytes = read_file(data.make_backup().file);
  const std::filesystem::path cut = data.path() / "cut.tar.gz";
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{9}, std::size_t{100},
                                 bytes.size() / 2, bytes.size() - 8, bytes.size() - 1}) {
    write_file(cut, bytes.substr(0, size));
    const auto proven = try_prove(cut);
    INFO(size << " bytes");
    REQUIRE_FALSE(proven.ok());
    CHECK(proven.error().kind == "backup_truncated");
  }
  write_file(cut, bytes + "x");
  CHECK(try_prove(cut).error().kind == "backup_damaged");
}

TEST_CASE("a foreign file is not taken for a backup") {
  const test::ScratchDir dir;
  const std::filesystem::path file = dir.path() / "holiday.jpg";
  write_file(file, std::string(5000, 'j'));
  CHECK(try_prove(file).error().kind == "foreign_file");
  CHECK(backup::read_manifest(file).error().kind == "foreign_file");
}

TEST_CASE("a table that is not what the manifest says is named") {
  SmallDataDir data;
  const backup::Made made = data.make_backup();
  const test::ScratchDir out(test::ScratchDir::memory());
  REQUIRE(backup::unpack(made.file, out.path()).ok());
  backup::Manifest manifest = made.manifest;
  for (auto& table : manifest.contents.tables) {
    if (table.name == "things") table.rows = 4;
    if (table.name == "owners") table.sha256 = std::string(64, '0');
  }
  const auto proven = try_prove(forge(data, manifest, out.path() / "kontor.db"));
  REQUIRE_FALSE(proven.ok());
  CHECK(proven.error().code == Code::verification_failed);
  REQUIRE(proven.error().fields.size() == 2);
  CHECK(proven.error().fields[0].detail.find("owners") != std::string::npos);
  CHECK(proven.error().fields[1].detail == "table things has 3 rows, the manifest says 4");
}

TEST_CASE("what the business finds wrong fails the proof, and nothing is left of it") {
  SmallDataDir data;
  const backup::Made made = data.make_backup();
  const backup::Check check{"totals", [](const std::filesystem::path& database) {
                              CHECK(std::filesystem::exists(database));
                              return Result<std::vector<std::string>>({"order 7 does not add up"});
                            }};
  const auto proven = try_prove(made.file, {check});
  REQUIRE_FALSE(proven.ok());
  CHECK(proven.error().fields.at(0).pointer == "totals");
  CHECK(proven.error().message.find("order 7 does not add up") != std::string::npos);
}

TEST_CASE("a restore to a directory makes it whole, and never over something") {
  SmallDataDir data;
  const backup::Made made = data.make_backup();
  const test::ScratchDir parent(test::ScratchDir::memory());
  const std::filesystem::path target = parent.path() / "new";
  REQUIRE(backup::restore_to(made.file, target, {}, data.random).ok());
  CHECK(read_file(target / "files/ab/abcd") == "an uploaded file");
  CHECK(std::filesystem::is_directory(target / "backups"));
  CHECK_FALSE(std::filesystem::exists(target / "kontor.db-wal"));
  const auto again = backup::restore_to(made.file, target, {}, data.random);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().kind == "directory_not_empty");
}

}  // namespace
}  // namespace kontor
