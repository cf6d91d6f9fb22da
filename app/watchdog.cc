#include "watchdog.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <utility>

#include "local_request.h"
#include "service_manager.h"

namespace kontor::app {
namespace {

constexpr int k_pings = 3;  // in an interval, so that one late answer does no harm
constexpr std::chrono::milliseconds k_shortest_period{10};

std::optional<std::int64_t> number_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  if (found == environment.end()) return std::nullopt;
  std::int64_t number = 0;
  const char* const end = found->second.data() + found->second.size();
  const auto read = std::from_chars(found->second.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::chrono::microseconds> Watchdog::interval(const Environment& environment) {
  const auto us = number_of(environment, "WATCHDOG_USEC");
  if (!us || *us <= 0) return std::nullopt;
  if (number_of(environment, "WATCHDOG_PID").value_or(::getpid()) != ::getpid())
    return std::nullopt;
  return std::chrono::microseconds(*us);
}

Watchdog::Watchdog(const Environment& environment, std::chrono::microseconds interval,
                   Probes probes)
    : environment_(environment),
      period_(std::max(std::chrono::duration_cast<std::chrono::milliseconds>(interval) / k_pings,
                       k_shortest_period)),
      probes_(std::move(probes)),
      seen_(probes_.parts.size()) {
  thread_ = std::thread([this] { run(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    if (is_well()) notify_service_manager(environment_, "WATCHDOG=1");
    lock.lock();
    changed_.wait_for(lock, period_, [&] { return stop_; });
  }
}

bool Watchdog::is_well() {
  bool well = true;
  // Every part is looked at each time, so that what was seen is never old.
  for (std::size_t part = 0; part < seen_.size(); ++part) well = gets_on(part) && well;
  if (!well) return false;
  const auto reply =
      get_local(probes_.url, probes_.host, "/livez", static_cast<int>(period_.count()));
  return reply.ok() && reply->status == 200;
}

// Nothing to do is well; so is work that went on since the last look.
bool Watchdog::gets_on(std::size_t part) {
  const Progress now = probes_.parts[part]();
  const Progress before = std::exchange(seen_[part], now);
  return !now.waits || !before.waits || now.done != before.done;
}

}  // namespace kontor::app
