// The time zones that travel inside the program; scripts/cmake/pack_zoneinfo.py writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace kontor {

// A view of packed zones; the bytes must outlive it.
class ZonePack {
 public:
  explicit ZonePack(std::string_view bytes) : bytes_(bytes) {}
  // The pack that was embedded when the program was built.
  static ZonePack embedded();

  // The compiled zone of that name; nullopt if there is none or the pack is damaged.
  std::optional<std::string_view> find(std::string_view name) const;
  // All names in order; empty if the pack is damaged.
  std::vector<std::string_view> names() const;

 private:
  std::uint32_t count() const;
  std::string_view piece(std::size_t entry, std::size_t field) const;

  std::string_view bytes_;
};

}  // namespace kontor
