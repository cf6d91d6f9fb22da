#include "store/wal_scan.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "store/start_check.h"

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
      if (!is_commit(at)) continue;
      ++scan.commits;
      scan.valid_bytes = static_cast<std::int64_t>(at + frame_bytes());
    }
    // The sums go on from frame to frame: one that holds is of this log, whatever its salts say
    // now.
    const bool follows = has_frame(at) && frame_sum(at, sum) == stored(at + 16);
    if (follows) scan.lost_commits += is_commit(at);
    if (follows) at += frame_bytes();
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
  return {
      .code = Code::verification_failed,
      .message = wal.string() + ": " + what + "; opening it would drop acknowledged writes.",
      .kind = "wal_damaged",
      .hint =
          "restore a backup; or, to go on without what lies behind the damage (a copy is kept): "
          "kontor serve --accept-wal-loss"};
}

Error cannot(const std::filesystem::path& path, const char* what, const std::error_code& failure) {
  const bool full = failure == std::errc::no_space_on_device;
  return {.code = full ? Code::disk_full : Code::io_error,
          .message = path.string() + " cannot be " + what + ": " + failure.message() + ".",
          .hint = full ? "free some space and start again" : "check the disk and the system's log"};
}

Result<std::string> read_wal(const std::filesystem::path& wal) {
  std::ifstream file(wal, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.is_open() && !file.bad()) return bytes;
  return Error{.code = Code::io_error, .message = wal.string() + " cannot be read."};
}

Result<void> sync_at(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const std::error_code failure(errno, std::system_category());
  if (fd >= 0) ::close(fd);
  if (!synced) return cannot(file, "synced", failure);
  return {};
}

Result<void> copy_aside(const std::filesystem::path& file, const std::filesystem::path& folder) {
  const std::filesystem::path copy = folder / file.filename();
  std::error_code failure;
  std::filesystem::copy_file(file, copy, failure);
  if (failure) return cannot(copy, "made", failure);
  return sync_at(copy);
}

Result<void> copy_both(const std::filesystem::path& database, const std::filesystem::path& wal,
                       const std::filesystem::path& folder) {
  std::error_code failure;
  if (!std::filesystem::create_directory(folder, failure)) return cannot(folder, "made", failure);
  TRY(copy_aside(database, folder));
  TRY(copy_aside(wal, folder));
  TRY(sync_folder(folder));
  return sync_folder(folder.parent_path());
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
  const WalScan scan = scan_wal(TRY(read_wal(wal)));
  if (scan.is_damaged()) return damage(wal, scan);
  return {};
}

Result<std::optional<LostCommits>> accept_wal_loss(const std::filesystem::path& database,
                                                   std::int64_t now_ms) {
  const std::filesystem::path wal = database.string() + "-wal";
  std::error_code failure;
  if (!std::filesystem::exists(wal, failure)) return std::optional<LostCommits>();
  const WalScan scan = scan_wal(TRY(read_wal(wal)));
  if (!scan.is_damaged()) return std::optional<LostCommits>();
  const std::filesystem::path folder =
      database.parent_path() / ("damaged-" + std::to_string(now_ms));
  TRY(copy_both(database, wal, folder));
  // What SQLite would take of it anyway; a damaged header leaves nothing.
  std::filesystem::resize_file(wal, static_cast<std::uintmax_t>(scan.valid_bytes), failure);
  if (failure) return cannot(wal, "cut", failure);
  TRY(sync_at(wal));
  return std::optional<LostCommits>({scan.lost_commits, folder});
}

}  // namespace kontor::store
