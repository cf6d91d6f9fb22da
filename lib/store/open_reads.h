// Since when transactions read: as long as one does, the write-ahead log cannot start over.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kontor::store {

// Thread-safe, without locks. More than k_most at a time are not all counted.
class OpenReads {
 public:
  // One of them, until it ends; OpenReads must outlive it.
  class Entry {
   public:
    Entry() = default;
    explicit Entry(std::atomic<std::int64_t>* place) : place_(place) {}
    Entry(Entry&& other) noexcept : place_(other.place_) { other.place_ = nullptr; }
    Entry& operator=(Entry&&) = delete;
    ~Entry() {
      if (place_ != nullptr) *place_ = 0;
    }

   private:
    std::atomic<std::int64_t>* place_ = nullptr;
  };

  // `now_ms` of the monotonic clock.
  Entry begin(std::int64_t now_ms);
  // How long the oldest has been open; 0: none is.
  std::int64_t oldest_ms(std::int64_t now_ms) const;

 private:
  static constexpr std::size_t k_most = 64;                   // the workers, and exports
  std::array<std::atomic<std::int64_t>, k_most> begun_ms_{};  // 0: free
};

}  // namespace kontor::store
