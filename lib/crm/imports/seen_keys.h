// Keys that a file had so far, each with the row that had it first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor::crm {

// Keeps 12 bytes a slot and not the keys, so that a million of them are 24 MB: two keys with one
// hash of 64 bits are taken for one, which happens in one file of a million rows of 30 million.
class SeenKeys {
 public:
  // The row that had the key before; nullopt: this one is the first.
  std::optional<std::int64_t> add(std::string_view key, std::int64_t row);

 private:
  void grow();
  std::size_t slot_of(std::uint64_t hash) const;

  std::vector<std::uint64_t> hashes_;  // 0: free
  std::vector<std::uint32_t> rows_;
  std::size_t count_ = 0;
};

}  // namespace kontor::crm
