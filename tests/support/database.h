// The product's schema in a folder of its own, and a store on it. SQLite syncs are left out of it:
// these tests are about the business, and power cuts have theirs.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "crm/search_index.h"
#include "store/migrator.h"
#include "store/store.h"
#include "support/scratch_dir.h"

namespace kontor::test {

class FakeClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return ms_; }
  std::int64_t monotonic_ms() const override { return ms_; }
  void set_ms(std::int64_t ms) { ms_ = ms; }
  void advance_ms(std::int64_t ms) { ms_ += ms; }

 private:
  std::atomic<std::int64_t> ms_ = 1'790'000'000'000;  // a day in September 2026; any thread reads
};

class Database {
 public:
  explicit Database(const Clock& clock) {
    store::MigratorOptions migrations{
        .database = dir_.database(), .backups = dir_.path() / "backups", .program = "test"};
    store::Migrator migrator = store::Migrator::open(std::move(migrations), clock).value();
    migrator.up().value();
    store::StoreOptions options{.database = dir_.database(),
                                .ballast_bytes = 0,
                                .before_commit = crm::update_search_index,
                                .synchronous = "OFF"};
    store_ = store::Store::open(std::move(options), clock).value();
  }

  store::Store& store() { return *store_; }

 private:
  ScratchDir dir_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace kontor::test
