#include "store/wal_scan.h"

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace kontor::store {
namespace {

// sqlite.org/fileformat2.html, section 4.
constexpr std::size_t k_header_bytes = 32;
constexpr std::size_t k_frame_header_bytes = 24;
constexpr std::uint32_t k_magic = 0x377f0682;  // the lowest bit: checksums of big-endian words

std::uint32_t word_at(std::string_view bytes, std::size_t at, bool big_endian = true) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[at + (big_endian ? i : 3 - i)]);
    word = word << 8 | byte;
  }
  return word;
}

struct Checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  bool operator==(const Checksum&) const = default;

  void add(std::string_view bytes, bool big_endian) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word_at(bytes, at, big_endian) + second;
      second += word_at(bytes, at + 4, big_endian) + first;
    }
  }
};

class Log {
 public:
  explicit Log(std::string_view bytes)
      : bytes_(bytes), big_endian_((word_at(bytes, 0) & 1) != 0), page_bytes_(page_bytes()) {}

  bool header_holds() const {
    return (word_at(bytes_, 0) & ~1U) == k_magic && header_sum() == stored(24);
  }

  // Whether the first frame holds under any reading of a header that does not.
  bool first_frame_holds() {
    if (!has_frame(k_header_bytes)) return false;
    for (const bool big_endian : {false, true}) {
      big_endian_ = big_endian;
      for (const Checksum& seed : {stored(24), header_sum()}) {
        if (frame_sum(k_header_bytes, seed) == stored(k_header_bytes + 16)) return true;
      }
    }
    return false;
  }

  WalScan walk() const {
    WalScan scan;
    Checksum sum = stored(24);
    std::size_t at = k_header_bytes;
    for (; has_frame(at) && is_of_this_log(at); at += frame_bytes()) {
      const Checksum next = frame_sum(at, sum);
      if (next != stored(at + 16) || word_at(bytes_, at) == 0) break;
      sum = next;
      scan.commits += is_commit(at);
    }
    for (; has_frame(at); at += frame_bytes()) {
      scan.lost_commits += is_of_this_log(at) && is_commit(at);
    }
    return scan;
  }

 private:
  std::size_t page_bytes() const {
    const std::uint32_t size = word_at(bytes_, 8);
    const bool possible = size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
    return possible ? size : 4096;
  }
  std::size_t frame_bytes() const { return k_frame_header_bytes + page_bytes_; }
  bool has_frame(std::size_t at) const { return at + frame_bytes() <= bytes_.size(); }
  bool is_commit(std::size_t at) const { return word_at(bytes_, at + 4) != 0; }
  bool is_of_this_log(std::size_t at) const {
    return bytes_.substr(at + 8, 8) == bytes_.substr(16, 8);  // the two salts
  }
  Checksum stored(std::size_t at) const { return {word_at(bytes_, at), word_at(bytes_, at + 4)}; }
  Checksum header_sum() const {
    Checksum sum;
    sum.add(bytes_.substr(0, 24), big_endian_);
    return sum;
  }
  Checksum frame_sum(std::size_t at, Checksum sum) const {
    sum.add(bytes_.substr(at, 8), big_endian_);
    sum.add(bytes_.substr(at + k_frame_header_bytes, page_bytes_), big_endian_);
    return sum;
  }

  std::string_view bytes_;
  bool big_endian_;
  std::size_t page_bytes_;
};

Error damage(const std::filesystem::path& wal, const WalScan& scan) {
  const std::string what = scan.header_damaged ? "its header is damaged"
                                               : std::to_string(scan.lost_commits) +
                                                     " commits lie behind a damaged place";
  return {.code = Code::verification_failed,
          .message = wal.string() + ": " + what + "; opening it would drop acknowledged writes.",
          .kind = "wal_damaged",
          .hint =
              "copy the data directory aside and restore a backup; or, to go on without what "
              "lies behind the damage, run: sqlite3 " +
              wal.parent_path().string() + "/kontor.db 'PRAGMA wal_checkpoint(TRUNCATE)'"};
}

}  // namespace

WalScan scan_wal(std::string_view bytes) {
  if (bytes.size() < k_header_bytes) return {};
  Log log(bytes);
  if (log.header_holds()) return log.walk();
  return {.header_damaged = log.first_frame_holds()};
}

Result<void> check_wal(const std::filesystem::path& database) {
  const std::filesystem::path wal = database.string() + "-wal";
  std::error_code failure;
  if (!std::filesystem::exists(wal, failure)) return {};
  std::ifstream file(wal, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return Error{.code = Code::io_error, .message = wal.string() + " cannot be read."};
  }
  const WalScan scan = scan_wal(bytes);
  if (scan.is_damaged()) return damage(wal, scan);
  return {};
}

}  // namespace kontor::store
