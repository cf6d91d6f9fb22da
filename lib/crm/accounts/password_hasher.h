// The threads that hash passwords: few, since each hash takes megabytes and a processor, and behind
// the rest of the server in line for the processor. Nobody else hashes while a server runs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/password_hash.h"
#include "base/result.h"

namespace kontor::crm {

// Thread-safe.
class PasswordHasher {
 public:
  explicit PasswordHasher(const PasswordCost& cost, std::size_t threads = limits::password_hashes,
                          std::size_t queue = limits::password_queue);
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;
  // Finishes what it has taken.
  ~PasswordHasher();

  const PasswordCost& cost() const { return cost_; }

  // A hash of the same cost that no password has: to be checked where there is none, so that it
  // takes the same time.
  const std::string& decoy() const { return decoy_; }

  // Runs `work`, which hashes or verifies, on one of the threads, and returns at once. It must not
  // throw. Code::busy if the queue is full, and `work` will not run.
  Result<void> run(std::function<void()> work);

  // The same, and waits for what it returns, a Result. For commands; a request must not wait.
  template <class Work>
  auto wait(Work work) -> std::invoke_result_t<Work&>;

 private:
  void serve();

  const PasswordCost cost_;
  const std::string decoy_;
  const std::size_t capacity_;
  const std::size_t wanted_threads_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::function<void()>> queue_;
  std::size_t idle_ = 0;
  bool closed_ = false;
  std::vector<std::thread> threads_;  // made when they are first needed
};

template <class Work>
auto PasswordHasher::wait(Work work) -> std::invoke_result_t<Work&> {
  std::mutex mutex;
  std::condition_variable finished;
  std::optional<std::invoke_result_t<Work&>> out;
  Result<void> taken = run([&] {
    auto result = work();
    const std::lock_guard lock(mutex);
    out.emplace(std::move(result));
    finished.notify_one();
  });
  if (!taken.ok()) return std::move(taken).error();
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return out.has_value(); });
  return *std::move(out);
}

}  // namespace kontor::crm
