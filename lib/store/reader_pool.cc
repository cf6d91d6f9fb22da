#include "store/reader_pool.h"

#include <utility>

#include "base/limits.h"

namespace kontor::store {
namespace {

// As many as there are workers; connections beyond that came from a rare crowd.
constexpr std::size_t k_idle_most = static_cast<std::size_t>(limits::workers);

}  // namespace

ReaderPool::Lease::Lease(ReaderPool* pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

ReaderPool::Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), connection_(std::move(other.connection_)), damaged_(other.damaged_) {}

ReaderPool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_), damaged_);
}

ReaderPool::ReaderPool(ConnectionOptions options) : options_(std::move(options)) {}

ReaderPool::Lease ReaderPool::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return {this, nullptr};
    ++outside_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return {this, std::move(connection)};
    }
  }
  try {
    return {this, std::make_unique<Connection>(options_)};
  } catch (...) {
    forget_one();
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection, bool damaged) {
  {
    const std::lock_guard lock(mutex_);
    if (!damaged && !closed_ && idle_.size() < k_idle_most) idle_.push_back(std::move(connection));
  }
  connection.reset();
  forget_one();
}

void ReaderPool::forget_one() {
  const std::lock_guard lock(mutex_);
  --outside_;
  returned_.notify_all();
}

void ReaderPool::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  returned_.wait(lock, [this] { return outside_ == 0; });
  idle_.clear();
}

}  // namespace kontor::store
