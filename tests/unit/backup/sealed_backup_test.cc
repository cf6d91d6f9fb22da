// Backups that are sealed: made, listed, proven, restored, pruned, with their key and without.
#include <catch_amalgamated.hpp>

#include "backup/catalogue.h"
#include "backup/overview.h"
#include "backup/restore.h"
#include "backup/retention.h"
#include "backup/status.h"
#include "backup/swap.h"
#include "unit/backup/support.h"

namespace kontor {
namespace {

using test::read_file;
using test::write_file;

struct SealedDataDir : test::SmallDataDir {
  SecretSealKey secret = SecretSealKey::make();
  backup::Recipients recipients{.keys = {secret.public_key()}};
  backup::Keyring keys;

  SealedDataDir() { keys.add(secret); }

  backup::Made make_sealed() {
    return backup::create_backup({.data_dir = path(),
                                  .folder = backups(),
                                  .reason = "sealed",
                                  .program = "0.0.0",
                                  .recipients = recipients},
                                 clock, random)
        .value();
  }
  Result<backup::Manifest> prove(const std::filesystem::path& file, const backup::Keyring& with) {
    const test::ScratchDir parent(test::ScratchDir::memory());
    auto proven = backup::prove(file, parent.path(), {}, random, with);
    CHECK(std::filesystem::is_empty(parent.path()));
    return proven;
  }
};

TEST_CASE("a sealed backup is opened, proven and restored with its key") {
  SealedDataDir data;
  const backup::Made made = data.make_sealed();
  CHECK(made.is_sealed);
  CHECK(made.file.filename().string().ends_with(".tar.gz.sealed"));
  REQUIRE(data.prove(made.file, data.keys).ok());
  const auto entry = backup::list_backups(data.backups(), data.keys).value().at(0);
  CHECK(entry.is_readable());
  CHECK(entry.locks.size() == 1);
  CHECK(entry.manifest.contents == made.manifest.contents);
  const std::filesystem::path target = data.path() / "again";
  REQUIRE(backup::restore_to(made.file, target, {}, data.random, data.keys).ok());
  CHECK(read_file(target / "files/ab/abcd") == "an uploaded file");
  data.store.reset();
  REQUIRE(backup::restore_in_place(made.file, data.path(), {}, 1'790'000'000'000, data.random, {},
                                   data.keys)
              .ok());
}

TEST_CASE("no plain text of any part is in a sealed backup") {
  SealedDataDir data;
  data.add("PLAINTEXT-MARKER-IN-A-ROW").value();
  write_file(data.path() / "files/cd/cdef", "PLAINTEXT-MARKER-IN-A-FILE");
  write_file(data.path() / "kontor.toml", "organisation = \"PLAINTEXT-MARKER-IN-A-SETTING\"\n");
  const std::string bytes = read_file(data.make_sealed().file);
  for (const char* marker :
       {"PLAINTEXT", "manifest.json", "SQLite format", "kontor.db", "\x1f\x8b\x08"}) {
    INFO(marker);
    CHECK(bytes.find(marker) == std::string::npos);
  }
}

TEST_CASE("the master key is in a sealed backup, and never in one that is not") {
  SealedDataDir data;
  const std::string key = read_file(data.path() / "master.key");
  const backup::Made plain = data.make_backup(), sealed = data.make_sealed();
  CHECK_FALSE(plain.manifest.has_master_key());
  CHECK(plain.manifest.left_out.front() == "master.key");
  CHECK(sealed.manifest.has_master_key());
  REQUIRE(backup::restore_to(sealed.file, data.path() / "new", {}, data.random, data.keys).ok());
  CHECK(read_file(data.path() / "new/master.key") == key);
  REQUIRE(backup::restore_to(plain.file, data.path() / "bare", {}, data.random, data.keys).ok());
  CHECK_FALSE(std::filesystem::exists(data.path() / "bare/master.key"));
}

TEST_CASE("in place the key that is there stays, and one that is lost comes back") {
  SealedDataDir data;
  const backup::Made made = data.make_sealed();
  data.store.reset();
  const auto restore = [&] {
    return backup::restore_in_place(made.file, data.path(), {}, 1'790'000'000'000, data.random, {},
                                    data.keys)
        .ok();
  };
  const std::string key = read_file(data.path() / "master.key");
  write_file(data.path() / "master.key", "another one of thirty-two bytes.");
  REQUIRE(restore());
  CHECK(read_file(data.path() / "master.key") == "another one of thirty-two bytes.");
  std::filesystem::remove(data.path() / "master.key");
  REQUIRE(restore());
  CHECK(read_file(data.path() / "master.key") == key);
  REQUIRE(backup::undo_restore(data.path(), 1'790'000'001'000).ok());
  CHECK(read_file(data.path() / "master.key") == key);
}

TEST_CASE("without its key a sealed backup is listed as closed, and never as proven or damaged") {
  SealedDataDir data;
  const backup::Made made = data.make_sealed();
  for (const backup::Keyring& keys : {backup::Keyring(), SealedDataDir().keys}) {
    const auto entry = backup::list_backups(data.backups(), keys).value().at(0);
    CHECK_FALSE(entry.is_readable());
    CHECK(entry.is_closed);
    CHECK(entry.trouble.starts_with("sealed, cannot be proved here"));
    CHECK(data.prove(made.file, keys).error().code == Code::wrong_key);
    CHECK(backup::find_backup(data.backups(), "latest", keys).error().code == Code::wrong_key);
  }
  const std::string json = backup::list_json(data.backups(), {"null", "[]", "null", "[]"}).value();
  CHECK(json.find("\"readable\":false,\"sealed\":true,\"closed\":true") != std::string::npos);
}

TEST_CASE("what this process has just sealed it can read back, and nothing else") {
  SealedDataDir data;
  const backup::Made made = data.make_sealed(), other = data.make_sealed();
  CHECK(data.prove(made.file, made.own_key).ok());
  CHECK(data.prove(made.file, other.own_key).error().code == Code::wrong_key);
}

TEST_CASE("a sealed backup that was cut or changed is refused, and nothing is left of it") {
  SealedDataDir data;
  const std::string bytes = read_file(data.make_sealed().file);
  const std::filesystem::path changed = data.path() / "changed.tar.gz.sealed";
  for (std::size_t at = 300; at < bytes.size(); at += bytes.size() / 20) {
    INFO("byte " << at);
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    write_file(changed, flipped);
    CHECK(data.prove(changed, data.keys).error().code == Code::verification_failed);
    write_file(changed, bytes.substr(0, at));
    CHECK(data.prove(changed, data.keys).error().code == Code::verification_failed);
  }
  write_file(changed, bytes + "more");
  CHECK(data.prove(changed, data.keys).error().code == Code::verification_failed);
}

TEST_CASE("keys change: new backups take the new one, old ones stay with the old one") {
  SealedDataDir data;
  const backup::Made old = data.make_sealed();
  const SecretSealKey fresh = SecretSealKey::make();
  data.recipients.keys = {fresh.public_key()};
  const backup::Made made = data.make_sealed();
  backup::Keyring after;
  after.add(fresh);
  CHECK(data.prove(made.file, after).ok());
  CHECK(data.prove(old.file, after).error().code == Code::wrong_key);
  CHECK(data.prove(old.file, data.keys).ok());
  after.add(data.secret);
  CHECK(data.prove(old.file, after).ok());
}

TEST_CASE("the latest backup is never silently an older one because the newest is closed") {
  SealedDataDir data;
  data.make_backup();
  CHECK_FALSE(backup::is_newest_sealed(data.backups()));
  std::filesystem::rename(
      data.make_sealed().file,
      data.backups() / backup::backup_name(data.clock.now_ms() + 5'000, "0badcafe", true));
  CHECK(backup::is_newest_sealed(data.backups()));
  CHECK(backup::find_backup(data.backups(), "latest").error().code == Code::wrong_key);
  CHECK(backup::find_backup(data.backups(), "latest", data.keys).ok());
}

TEST_CASE("closed backups are kept and removed by their age like the others") {
  SealedDataDir data;
  for (int i = 0; i < 3; ++i) data.make_sealed();
  const backup::Retention one{.last = 1, .daily = 0, .weekly = 0, .monthly = 0};
  CHECK(backup::prune(data.backups(), one, "", false).value().removed == 2);
}

TEST_CASE("the status tells a sealed backup that cannot be proved here, and claims no proof") {
  backup::Status status;
  status.last_backup = {.file = "a", .reason = "nightly", .is_sealed = true, .is_closed = true};
  CHECK(backup::backup_line(status).find("nightly, sealed") != std::string::npos);
  CHECK(backup::proof_line(status).find("cannot be proved here") != std::string::npos);
  status.last_backup->is_closed = false;
  CHECK(backup::proof_line(status) == "no restore proven yet");
}

}  // namespace
}  // namespace kontor
