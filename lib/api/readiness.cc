#include "api/readiness.h"

namespace kontor::api {
namespace {

constexpr std::int64_t k_fresh_ms = 1'000;

}  // namespace

Readiness::Readiness(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {
  thread_ = std::thread([this] { run(); });
}

Readiness::~Readiness() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

bool Readiness::can_write(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto is_fresh = [&] { return good_ms_ && clock_.monotonic_ms() - *good_ms_ < k_fresh_ms; };
  if (is_fresh()) return true;
  const std::int64_t seen = finished_;
  asked_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, limit, [&] { return stop_ || finished_ > seen; });
  return is_fresh();
}

bool Readiness::probe() {
  return store_
      .write([this](store::WriteTx& tx) -> Result<bool> {
        const std::string now = std::to_string(clock_.now_ms());
        tx.prepare(
              "INSERT INTO meta (key, value) VALUES ('write_probe', ?) "
              "ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .with(std::string_view(now))
            .run();
        return true;
      })
      .ok();
}

void Readiness::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stop_ || asked_; });
    if (stop_) return;
    asked_ = false;
    lock.unlock();
    const bool good = probe();
    lock.lock();
    ++finished_;
    good_ms_ = good ? std::optional(clock_.monotonic_ms()) : std::nullopt;
    changed_.notify_all();
  }
}

}  // namespace kontor::api
