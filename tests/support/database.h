// The product's schema in a folder of its own, and a store on it. SQLite syncs are left out of it:
// these tests are about the business, and power cuts have theirs.
#pragma once

#include <atomic>
#include <memory>

#include "base/clock.h"
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
  explicit Database(const Clock& clock);

  store::Store& store() { return *store_; }

 private:
  ScratchDir dir_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace kontor::test
