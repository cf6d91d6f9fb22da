// A store whose commits are archived, in a data directory of its own.
#pragma once

#include <memory>
#include <string>

#include "backup/archive_check.h"
#include "backup/archive_point.h"
#include "backup/archiver.h"
#include "support.h"

namespace kontor::test {

// The real clock, moved ahead.
class ShiftedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return real_.now_ms() + ahead_ms; }
  std::int64_t monotonic_ms() const override { return real_.monotonic_ms() + ahead_ms; }
  std::atomic<std::int64_t> ahead_ms = 0;

 private:
  SystemClock real_;
};

struct ArchivedDir {
  ScratchDir dir{ScratchDir::memory()};
  ShiftedClock clock;
  SystemRandom random;
  FdLogSink sink{-1};
  Logger log{clock, sink, LogFormat::text, LogLevel::error};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<backup::Archiver> archiver;
  backup::SegmentForm form;
  std::function<void(store::StoreOptions&)> adjust = {};

  ArchivedDir() { make_small_database(dir, clock).value(); }
  ~ArchivedDir() { kill(); }

  std::filesystem::path archive() const { return dir.path() / "archive"; }
  std::filesystem::path backups() const { return dir.path() / "backups"; }

  void start() {
    store::StoreOptions options = small_options(dir);
    options.tap_log = store::LogTapLimits();
    options.checkpoint_bytes = 64 * 1024;
    if (adjust) adjust(options);
    store = store::Store::open(std::move(options), clock).value();
    archiver = std::make_unique<backup::Archiver>(
        *store,
        backup::ArchiverOptions{.data_dir = dir.path(),
                                .form = form,
                                .make_base = [](auto&, const auto&) -> Result<void> { return {}; }},
        clock, random, log);
    archiver->start();
    archiver->flush().value();
  }

  backup::Made make_base() {
    backup::BaseMark mark = archiver->begin_base();
    backup::Made made = backup::create_backup({.data_dir = dir.path(),
                                               .folder = backups(),
                                               .reason = "base",
                                               .on_fixed = [&] { archiver->fix_base(mark); }},
                                              clock, random)
                            .value();
    archiver->add_base(mark, made).value();
    return made;
  }

  void add(const std::string& name) {
    store
        ->write([&](store::WriteTx& tx) -> Result<void> {
          tx.prepare("INSERT INTO things (name) VALUES (?1)").with(std::string_view(name)).run();
          return {};
        })
        .value();
  }
  void flush() { archiver->flush().value(); }

  // Adds and archives one commit in a second of its own; the moment from which on it is there.
  std::int64_t add_in_its_second(const std::string& name) {
    next_second();
    add(name);
    flush();
    next_second();
    return clock.now_ms() / 1000 * 1000;
  }
  void next_second() { clock.ahead_ms += 1000; }

  void stop() {
    store->close();
    archiver->finish().value();
    kill();
  }
  // As if the process was: nothing of what was not archived yet is.
  void kill() {
    archiver.reset();
    store.reset();
  }

  std::vector<std::filesystem::path> segments() const {
    const auto epochs = backup::list_epochs(archive()).value();
    std::vector<std::filesystem::path> files;
    for (const auto& segment : epochs.back().segments) files.push_back(segment.file);
    return files;
  }

  // The names of the things in the database of that moment; nullopt: of the last one.
  Result<std::vector<std::string>> restored(std::optional<std::int64_t> at_ms) {
    const auto point = TRY(backup::find_point(archive(), backups(), at_ms, form));
    const std::filesystem::path target = dir.path() / ("restored-" + std::to_string(++restores_));
    TRY(backup::restore_to(point.backup, target, {backup::archive_step(point, form)}, random));
    return names_in(target / "kontor.db");
  }

  Result<std::vector<std::string>> names_in(const std::filesystem::path& database) {
    auto options = small_options(dir);
    options.database = database;
    const auto opened = TRY(store::Store::open(options, clock));
    return opened->read([](store::ReadTx& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> names;
      auto row = tx.prepare("SELECT name FROM things ORDER BY id");
      while (row.step()) names.emplace_back(row.text(0));
      return names;
    });
  }

 private:
  int restores_ = 0;
};

}  // namespace kontor::test
