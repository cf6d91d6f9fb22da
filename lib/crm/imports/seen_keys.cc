#include "crm/imports/seen_keys.h"

#include <functional>
#include <utility>

namespace kontor::crm {
namespace {

constexpr std::size_t k_first_slots = 1024;

}  // namespace

// Linear probing; the number of slots is a power of two.
std::size_t SeenKeys::slot_of(std::uint64_t hash) const {
  std::size_t slot = hash & (hashes_.size() - 1);
  while (hashes_[slot] != 0 && hashes_[slot] != hash) slot = (slot + 1) & (hashes_.size() - 1);
  return slot;
}

void SeenKeys::grow() {
  const std::size_t slots = hashes_.empty() ? k_first_slots : hashes_.size() * 2;
  const std::vector<std::uint64_t> hashes = std::exchange(hashes_, {});
  const std::vector<std::uint32_t> rows = std::exchange(rows_, {});
  const std::vector<std::uint32_t> contents = std::exchange(contents_, {});
  hashes_.resize(slots);
  rows_.resize(slots);
  contents_.resize(slots);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (hashes[i] == 0) continue;
    const std::size_t slot = slot_of(hashes[i]);
    hashes_[slot] = hashes[i];
    rows_[slot] = rows[i];
    contents_[slot] = contents[i];
  }
}

std::optional<SeenKeys::First> SeenKeys::add(std::string_view key, std::int64_t row,
                                             std::string_view content) {
  if (count_ * 4 >= hashes_.size() * 3) grow();
  const std::uint64_t hash = std::hash<std::string_view>{}(key) | 1U;  // never the free slot's
  const std::size_t slot = slot_of(hash);
  const auto said = static_cast<std::uint32_t>(std::hash<std::string_view>{}(content));
  if (hashes_[slot] == hash) return First{.row = rows_[slot], .same = contents_[slot] == said};
  hashes_[slot] = hash;
  contents_[slot] = said;
  rows_[slot] = static_cast<std::uint32_t>(row);
  ++count_;
  return std::nullopt;
}

}  // namespace kontor::crm
