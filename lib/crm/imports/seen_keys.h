// Keys that a file had so far, each with the row that had it first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor::crm {

// Keeps 16 bytes a slot and not the keys, so that a million of them are 32 MB: two keys with one
// hash of 64 bits are taken for one, which happens in one file of a million rows of 30 million.
class SeenKeys {
 public:
  struct First {
    std::int64_t row = 0;
    bool same = false;  // it said the very same
  };
  // The row that had the key before; nullopt: this one is the first. `content` is all that the row
  // says; of it a hash of 32 bits is compared.
  std::optional<First> add(std::string_view key, std::int64_t row, std::string_view content);

 private:
  void grow();
  std::size_t slot_of(std::uint64_t hash) const;

  std::vector<std::uint64_t> hashes_;  // 0: free
  std::vector<std::uint32_t> rows_, contents_;
  std::size_t count_ = 0;
};

}  // namespace kontor::crm
