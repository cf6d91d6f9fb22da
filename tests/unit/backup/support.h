// A data directory with a small database, an uploaded file and settings.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "backup/create.h"
#include "base/random.h"
#include "support/small_store.h"

namespace kontor::test {

inline void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct SmallDataDir {
  ScratchDir dir{ScratchDir::memory()};
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<store::Store> store;

  SmallDataDir() {
    make_small_database(dir, clock).value();
    store = store::Store::open(small_options(dir), clock).value();
    write_file(path() / "kontor.toml", "currency = \"EUR\"\n");
    write_file(path() / "master.key", "0123456789-secret-key-0123456789");
    write_file(path() / "files/ab/abcd", "an uploaded file");
    for (const char* name : {"one", "two", "three"}) add(name).value();
  }

  Result<void> add(const std::string& name) {
    return store->write([&](store::WriteTx& tx) -> Result<void> {
      tx.prepare("INSERT INTO things (name) VALUES (?1)").with(std::string_view(name)).run();
      return {};
    });
  }

  std::filesystem::path path() const { return dir.path(); }
  std::filesystem::path backups() const { return path() / "backups"; }

  Result<backup::Made> try_backup() {
    return backup::create_backup(
        {.data_dir = path(), .folder = backups(), .reason = "test", .program = "0.0.0"}, clock,
        random);
  }
  backup::Made make_backup() { return try_backup().value(); }
};

}  // namespace kontor::test
