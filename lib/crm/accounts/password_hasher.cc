#include "crm/accounts/password_hasher.h"

#include <sys/resource.h>
#include <unistd.h>

namespace kontor::crm {
namespace {

// Requests that hash nothing go first. A seventh of a normal thread's share of a busy processor.
constexpr int k_niceness = 9;

// Of the form that verify_password() takes; a salt and a digest of zeros, which nothing hashes to.
std::string decoy_of(const PasswordCost& cost) {
  constexpr std::size_t k_salt_chars = 22;
  constexpr std::size_t k_digest_chars = 43;
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
         ",t=" + std::to_string(cost.passes) + ",p=1$" + std::string(k_salt_chars, 'A') + "$" +
         std::string(k_digest_chars, 'A');
}

}  // namespace

PasswordHasher::PasswordHasher(const PasswordCost& cost, std::size_t threads, std::size_t queue)
    : cost_(cost), decoy_(decoy_of(cost)), capacity_(queue), wanted_threads_(threads) {}

PasswordHasher::~PasswordHasher() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> PasswordHasher::run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_)
      return Error{.code = Code::busy,
                   .message = "Too many passwords are being checked; try again in a moment.",
                   .kind = "busy"};
    queue_.push_back(std::move(work));
    if (queue_.size() > idle_ && threads_.size() < wanted_threads_)
      threads_.emplace_back([this] { serve(); });
  }
  arrived_.notify_one();
  return {};
}

void PasswordHasher::serve() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), k_niceness);
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    arrived_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    const std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace kontor::crm
