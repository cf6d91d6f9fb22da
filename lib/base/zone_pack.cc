#include "base/zone_pack.h"

extern "C" {
extern const char kontor_zoneinfo[], kontor_zoneinfo_end[];
}

namespace kontor {
namespace {

constexpr std::string_view k_magic = "KTZI0001";
constexpr std::size_t k_head_bytes = 12;   // magic and count
constexpr std::size_t k_entry_bytes = 16;  // name offset and length, body offset and length

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  if (at + 4 > bytes.size()) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

}  // namespace

ZonePack ZonePack::embedded() {
  return ZonePack(
      {kontor_zoneinfo, static_cast<std::size_t>(kontor_zoneinfo_end - kontor_zoneinfo)});
}

std::uint32_t ZonePack::count() const {
  if (!bytes_.starts_with(k_magic)) return 0;
  const std::uint32_t entries = little_endian(bytes_, k_magic.size());
  return k_head_bytes + std::uint64_t{entries} * k_entry_bytes <= bytes_.size() ? entries : 0;
}

std::string_view ZonePack::piece(std::size_t entry, std::size_t field) const {
  const std::size_t at = k_head_bytes + entry * k_entry_bytes + field * 8;
  const std::uint32_t offset = little_endian(bytes_, at);
  const std::uint32_t length = little_endian(bytes_, at + 4);
  if (std::uint64_t{offset} + length > bytes_.size()) return {};
  return bytes_.substr(offset, length);
}

std::optional<std::string_view> ZonePack::find(std::string_view name) const {
  std::size_t low = 0;
  std::size_t high = count();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const std::string_view found = piece(middle, 0);
    if (found == name) return piece(middle, 1);
    if (found < name) low = middle + 1;
    else high = middle;
  }
  return std::nullopt;
}

std::vector<std::string_view> ZonePack::names() const {
  std::vector<std::string_view> all(count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = piece(i, 0);
  return all;
}

}  // namespace kontor
