#include "base/tzif.h"

#include "base/big_endian.h"

namespace kontor {
namespace {

constexpr std::size_t k_header_bytes = 44;
constexpr std::int32_t k_offset_max_s = 26 * 3600;  // RFC 8536 3.2: offsets lie within a day or so

// Hands out consecutive pieces; an empty one and ok() == false when the bytes run out.
class Pieces {
 public:
  explicit Pieces(std::string_view rest) : rest_(rest) {}
  std::string_view take(std::size_t bytes) {
    if (bytes > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view piece = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return piece;
  }
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Header {
  std::size_t ut_flags, standard_flags, leaps, times, types, name_bytes;
};

std::optional<Header> read_header(Pieces& pieces) {
  const std::string_view head = pieces.take(k_header_bytes);
  if (!pieces.ok() || !head.starts_with("TZif") || head[4] < '2') return std::nullopt;
  const auto count = [&](std::size_t index) {
    return static_cast<std::size_t>(big_endian(head.substr(20 + 4 * index, 4)));
  };
  return Header{count(0), count(1), count(2), count(3), count(4), count(5)};
}

std::size_t data_bytes(const Header& h, std::size_t time_bytes) {
  return h.times * (time_bytes + 1) + h.types * 6 + h.name_bytes + h.leaps * (time_bytes + 4) +
         h.standard_flags + h.ut_flags;
}

std::optional<std::vector<std::int32_t>> read_offsets(std::string_view types, std::size_t count) {
  std::vector<std::int32_t> offsets;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = static_cast<std::uint32_t>(big_endian(types.substr(6 * i, 4)));
    const auto offset_s = static_cast<std::int32_t>(bits);
    if (offset_s < -k_offset_max_s || offset_s > k_offset_max_s) return std::nullopt;
    offsets.push_back(offset_s);
  }
  return offsets;
}

bool read_changes(CompiledZone& zone, std::string_view times, std::string_view kinds,
                  const std::vector<std::int32_t>& offsets) {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto kind = static_cast<unsigned char>(kinds[i]);
    const auto at_s = static_cast<std::int64_t>(big_endian(times.substr(8 * i, 8)));
    if (kind >= offsets.size()) return false;
    if (!zone.changes.empty() && zone.changes.back().at_s >= at_s) return false;
    zone.changes.push_back({.at_s = at_s, .offset_s = offsets[kind]});
  }
  return true;
}

bool read_footer(CompiledZone& zone, std::string_view footer) {
  if (!footer.starts_with('\n')) return false;
  footer.remove_prefix(1);
  const std::size_t end = footer.find('\n');
  if (end == std::string_view::npos) return false;
  if (end == 0) return true;
  zone.footer = parse_posix_zone(footer.substr(0, end));
  return zone.footer.has_value();
}

}  // namespace

std::optional<CompiledZone> read_tzif(std::string_view bytes) {
  Pieces pieces(bytes);
  const auto old_header = read_header(pieces);
  if (!old_header) return std::nullopt;
  pieces.take(data_bytes(*old_header, 4));
  const auto header = read_header(pieces);
  if (!header || header->types == 0 || header->leaps != 0) return std::nullopt;
  const std::string_view times = pieces.take(header->times * 8);
  const std::string_view kinds = pieces.take(header->times);
  const std::string_view types = pieces.take(header->types * 6);
  pieces.take(header->name_bytes + header->standard_flags + header->ut_flags);
  if (!pieces.ok()) return std::nullopt;
  const auto offsets = read_offsets(types, header->types);
  if (!offsets) return std::nullopt;
  CompiledZone zone{.first_offset_s = offsets->front(), .changes = {}, .footer = {}};
  if (!read_changes(zone, times, kinds, *offsets)) return std::nullopt;
  if (!read_footer(zone, pieces.rest())) return std::nullopt;
  return zone;
}

}  // namespace kontor
