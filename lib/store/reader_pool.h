// Read-only connections, lent to one thread at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "store/connection.h"

namespace kontor::store {

class ReaderPool {
 public:
  // Gives its connection back when it ends. Empty after the pool was closed.
  class Lease {
   public:
    Lease(ReaderPool* pool, std::unique_ptr<Connection> connection);
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    explicit operator bool() const { return connection_ != nullptr; }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // The connection is closed instead of being lent again.
    void discard() { damaged_ = true; }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Connection> connection_;
    bool damaged_ = false;
  };

  explicit ReaderPool(ConnectionOptions options);
  // Opens a connection if none is idle. Throws SqlFailure. Thread-safe.
  Lease borrow();
  // No more leases; waits for those outside.
  void close();

 private:
  void give_back(std::unique_ptr<Connection> connection, bool damaged);
  void forget_one();

  const ConnectionOptions options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the one used last is at the end
  std::size_t outside_ = 0;
  bool closed_ = false;
};

}  // namespace kontor::store
