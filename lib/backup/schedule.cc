#include "backup/schedule.h"

#include <algorithm>
#include <chrono>

#include "base/civil.h"

namespace kontor::backup {
namespace {

constexpr std::chrono::seconds k_patience{30};
constexpr std::int64_t k_minute_ms = 60'000;

// Where clocks are set in the hours between, it comes an hour early or late on that day.
std::int64_t moment_of(const Date& date, int minute, const TimeZone& zone) {
  return zone.start_of_day_ms(date) + minute * k_minute_ms;
}

}  // namespace

bool is_due(const Due& due, const TimeZone& zone, std::int64_t now_ms) {
  const Date today = zone.local_date(now_ms);
  std::int64_t latest = moment_of(today, due.minute, zone);
  if (latest > now_ms) latest = moment_of(add_days(today, -1), due.minute, zone);
  if (due.last_ms > 0) return due.last_ms < latest;
  return latest > due.started_ms || now_ms - due.started_ms >= k_first_backup_ms;
}

Schedule::Schedule(Plan plan, const Clock& clock)
    : plan_(std::move(plan)), clock_(clock), thread_([this] { work(); }) {}

Schedule::~Schedule() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Schedule::look() {
  const std::lock_guard lock(mutex_);
  looking_ = true;
  changed_.notify_all();
}

void Schedule::work() {
  const auto is_stopping = [this] { return stopping_.load(); };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::int64_t now_ms = clock_.now_ms();
    if (is_due(plan_.due, plan_.zone(), now_ms)) {
      plan_.due.last_ms = now_ms;
      lock.unlock();
      plan_.run(is_stopping);
      lock.lock();
    }
    changed_.wait_for(lock, k_patience, [this] { return stopping_ || looking_; });
    looking_ = false;
  }
}

}  // namespace kontor::backup
