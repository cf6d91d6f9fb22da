#include "backup/tar.h"

#include <algorithm>

namespace kontor::backup {
namespace {

struct Field {
  std::size_t at, size;
};
constexpr Field k_name{0, 100}, k_mode{100, 8}, k_uid{108, 8}, k_gid{116, 8}, k_size{124, 12},
    k_modified{136, 12}, k_checksum{148, 8}, k_type{156, 1}, k_magic{257, 8}, k_prefix{345, 155};
constexpr std::string_view k_ustar("ustar\00000", 8);
constexpr std::int64_t k_octal_end = std::int64_t{1} << 33;  // eleven octal digits

void put(TarBlock& block, Field field, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(field.at));
}

std::string_view get(std::string_view block, Field field) {
  const std::string_view all = block.substr(field.at, field.size);
  return all.substr(0, all.find('\0'));
}

// Digits up to the field's last byte, which stays zero.
void put_octal(TarBlock& block, Field field, std::int64_t value) {
  for (std::size_t at = field.size - 1; at > 0; --at, value /= 8) {
    block.at(field.at + at - 1) = static_cast<char>('0' + value % 8);
  }
}

void put_size(TarBlock& block, std::int64_t value) {
  if (value < k_octal_end) return put_octal(block, k_size, value);
  for (std::size_t at = k_size.size; at > 1; --at, value /= 256) {
    block.at(k_size.at + at - 1) = static_cast<char>(value % 256);
  }
  block.at(k_size.at) = '\x80';
}

std::optional<std::int64_t> parse_octal(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + (c - '0');
  }
  return value;
}

std::optional<std::int64_t> parse_size(std::string_view block) {
  const std::string_view field = block.substr(k_size.at, k_size.size);
  if (field.front() != '\x80') return parse_octal(get(block, k_size));
  std::int64_t value = 0;
  for (const char c : field.substr(1)) {
    if (value >= std::int64_t{1} << 54) return std::nullopt;
    value = value * 256 + static_cast<unsigned char>(c);
  }
  return value;
}

// The sum of all bytes, those of the checksum itself counted as blanks.
std::int64_t checksum(std::string_view block) {
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < block.size(); ++at) {
    const bool own = at >= k_checksum.at && at < k_checksum.at + k_checksum.size;
    sum += own ? ' ' : static_cast<unsigned char>(block[at]);
  }
  return sum;
}

// Six digits, a zero and a blank, as all tars write it.
void put_checksum(TarBlock& block) {
  put_octal(block, {k_checksum.at, 7}, checksum({block.data(), block.size()}));
  block.at(k_checksum.at + 7) = ' ';
}

bool put_name(TarBlock& block, std::string_view name) {
  if (name.size() <= k_name.size) {
    put(block, k_name, name);
    return true;
  }
  const std::size_t slash = name.rfind('/', k_prefix.size);
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view rest = name.substr(slash + 1);
  if (rest.empty() || rest.size() > k_name.size) return false;
  put(block, k_prefix, name.substr(0, slash));
  put(block, k_name, rest);
  return true;
}

}  // namespace

std::optional<TarBlock> tar_header(const TarEntry& entry, std::int64_t modified_s) {
  TarBlock block{};
  if (!put_name(block, entry.name)) return std::nullopt;
  put_octal(block, k_mode, 0600);
  put_octal(block, k_uid, 0);
  put_octal(block, k_gid, 0);
  put_size(block, entry.bytes);
  put_octal(block, k_modified, std::clamp<std::int64_t>(modified_s, 0, k_octal_end - 1));
  block.at(k_type.at) = '0';
  put(block, k_magic, k_ustar);
  put_checksum(block);
  return block;
}

std::optional<TarEntry> parse_tar_header(std::string_view block) {
  if (block.size() != k_tar_block || block[k_type.at] != '0') return std::nullopt;
  if (block.substr(k_magic.at, k_magic.size) != k_ustar) return std::nullopt;
  const auto sum = parse_octal(get(block, {k_checksum.at, 7}));
  const auto bytes = parse_size(block);
  if (!sum || *sum != checksum(block) || !bytes) return std::nullopt;
  std::string name(get(block, k_prefix));
  if (!name.empty()) name += '/';
  name += get(block, k_name);
  return TarEntry{std::move(name), *bytes};
}

std::size_t tar_padding(std::int64_t bytes) {
  const auto rest = static_cast<std::size_t>(bytes) % k_tar_block;
  return rest == 0 ? 0 : k_tar_block - rest;
}

}  // namespace kontor::backup
