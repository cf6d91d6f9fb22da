#include "backup/segment.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/big_endian.h"
#include "base/check.h"

namespace kontor::backup {
namespace {

constexpr std::string_view k_magic = "KONTSEG2";
constexpr std::size_t k_epoch_bytes = 32;
constexpr std::size_t k_head_bytes = 8 + k_epoch_bytes + 6 * 8 + 4 * 4 + 8 + 2 * 32;
constexpr std::size_t k_hash_bytes = 32;
constexpr std::size_t k_number_bytes = 4;
constexpr std::size_t k_frame_header_bytes = 24;
// Speed decides, as in gzip_form.h.
constexpr int k_level = 1;
// What zlib can make of a byte at most (zlib.net/zlib_tech.html), and room for what is small.
constexpr std::uint64_t k_most_from_a_byte = 1032;
// Beyond what the tap keeps and the log holds together (store/log_tap.h).
constexpr std::uint64_t k_most_bytes = 512ULL * 1024 * 1024;
constexpr std::size_t k_group_bytes = 16U * 1024 * 1024;

void put(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t at = bytes; at-- > 0;) out += static_cast<char>(value >> (8 * at) & 0xff);
}

std::string_view view_of(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Sha256 hash_in(std::string_view bytes) {
  Sha256 hash{};
  std::copy_n(bytes.begin(), hash.size(), hash.begin());
  return hash;
}

class Head {
 public:
  explicit Head(std::string_view bytes) : rest_(bytes) {}
  std::string_view text(std::size_t bytes) {
    const std::string_view part = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return part;
  }
  std::uint64_t number() { return big_endian(text(8)); }
  std::int64_t instant() { return static_cast<std::int64_t>(number()); }
  std::uint32_t small_number() { return static_cast<std::uint32_t>(big_endian(text(4))); }

 private:
  std::string_view rest_;
};

Error damaged(const std::string& name, const std::string& what) {
  return {.code = Code::verification_failed,
          .message = name + " " + what + ".",
          .kind = "segment_damaged"};
}

std::string packed(const std::string& plain) {
  std::string out(compressBound(plain.size()), '\0');
  uLongf bytes = out.size();
  const int rc = compress2(reinterpret_cast<Bytef*>(out.data()), &bytes,
                           reinterpret_cast<const Bytef*>(plain.data()), plain.size(), k_level);
  CHECK(rc == Z_OK);
  out.resize(bytes);
  return out;
}

// nullopt-like: empty unless `file` unpacks to exactly so many bytes.
std::string unpacked(std::string_view file, std::size_t bytes) {
  std::string out(bytes, '\0');
  uLongf made = bytes;
  uLong used = file.size();
  const int rc = uncompress2(reinterpret_cast<Bytef*>(out.data()), &made,
                             reinterpret_cast<const Bytef*>(file.data()), &used);
  if (rc != Z_OK || made != bytes || used != file.size()) out.clear();
  return out;
}

bool is_page_size(std::uint32_t bytes) {
  return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

bool is_possible(const SegmentHead& head, std::uint64_t pages, std::uint64_t packed_bytes) {
  const std::uint64_t bytes = pages * (k_number_bytes + head.page_bytes);
  return head.first_sequence > 0 && head.first_sequence <= head.sequence &&
         head.is_merged() == (head.stands_for != Sha256{}) && head.first_commit > 0 &&
         head.first_commit <= head.last_commit && head.first_ms <= head.last_ms &&
         is_page_size(head.page_bytes) && pages > 0 && pages <= head.database_pages &&
         bytes <= k_most_bytes && bytes <= packed_bytes * k_most_from_a_byte;
}

// Ascending, and all of them within the database.
bool index_pages(Segment& segment) {
  const std::string_view bytes = segment.bytes;
  const std::size_t step = k_number_bytes + segment.head.page_bytes;
  std::uint32_t last = 0;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto number = static_cast<std::uint32_t>(big_endian(bytes.substr(at, k_number_bytes)));
    if (number <= last || number > segment.head.database_pages) return false;
    last = number;
    segment.pages.emplace_hint(segment.pages.end(), number,
                               bytes.substr(at + k_number_bytes, segment.head.page_bytes));
  }
  return true;
}

std::size_t bytes_of(const CommitGroup& group) { return group.pages.size() * group.page_bytes; }

bool belongs(const CommitGroup& group, const store::LogCommit& commit, std::size_t page_bytes) {
  constexpr std::int64_t k_second_ms = 1000;
  return group.page_bytes == page_bytes && commit.at_ms >= group.last_ms &&
         group.first_ms / k_second_ms == commit.at_ms / k_second_ms &&
         bytes_of(group) < k_group_bytes;
}

// The last frame of a commit tells how many pages the database has; pages beyond were cut off.
void add_frames(CommitGroup& group, std::string_view frames) {
  const std::size_t step = k_frame_header_bytes + group.page_bytes;
  for (std::size_t at = 0; at < frames.size(); at += step) {
    const auto number = static_cast<std::uint32_t>(big_endian(frames.substr(at, 4)));
    group.pages[number] = frames.substr(at + k_frame_header_bytes, group.page_bytes);
    const auto pages = static_cast<std::uint32_t>(big_endian(frames.substr(at + 4, 4)));
    if (pages != 0) group.database_pages = pages;
  }
  group.pages.erase(group.pages.upper_bound(group.database_pages), group.pages.end());
}

}  // namespace

std::string encode_segment(const SegmentHead& head, const PageImages& pages) {
  CHECK(head.epoch.size() <= k_epoch_bytes);
  std::string plain;
  plain.reserve(pages.size() * (k_number_bytes + head.page_bytes));
  for (const auto& [number, bytes] : pages) {
    put(plain, number, k_number_bytes);
    plain += bytes;
  }
  const std::string body = packed(plain);
  std::string out(k_magic);
  out += head.epoch + std::string(k_epoch_bytes - head.epoch.size(), '\0');
  for (const std::uint64_t number :
       {head.first_sequence, head.sequence, head.first_commit, head.last_commit}) {
    put(out, number, 8);
  }
  for (const std::int64_t ms : {head.first_ms, head.last_ms}) {
    put(out, static_cast<std::uint64_t>(ms), 8);
  }
  put(out, head.page_bytes, 4);
  put(out, head.database_pages, 4);
  put(out, pages.size(), 4);
  put(out, 0, 4);
  put(out, body.size(), 8);
  out += view_of(head.previous);
  out += view_of(head.stands_for);
  out += body;
  return out += view_of(sha256(out));
}

Result<Segment> decode_segment(std::string_view file, const std::string& name) {
  if (file.size() < k_head_bytes + k_hash_bytes) return damaged(name, "is cut off");
  if (!file.starts_with(k_magic)) return damaged(name, "is no segment of an archive");
  Segment segment{.head = {}, .bytes = {}, .pages = {}, .hash = hash_of(file)};
  file.remove_suffix(k_hash_bytes);
  if (sha256(file) != segment.hash) return damaged(name, "is damaged: its SHA-256 does not hold");
  Head fields(file.substr(k_magic.size(), k_head_bytes - k_magic.size()));
  SegmentHead& head = segment.head;
  head.epoch = fields.text(k_epoch_bytes);
  head.epoch.resize(std::min(head.epoch.find('\0'), head.epoch.size()));
  head.first_sequence = fields.number();
  head.sequence = fields.number();
  head.first_commit = fields.number();
  head.last_commit = fields.number();
  head.first_ms = fields.instant();
  head.last_ms = fields.instant();
  head.page_bytes = fields.small_number();
  head.database_pages = fields.small_number();
  const std::uint64_t pages = fields.small_number();
  const bool reserved = fields.small_number() != 0;
  const std::uint64_t packed_bytes = fields.number();
  head.previous = hash_in(fields.text(k_hash_bytes));
  head.stands_for = hash_in(fields.text(k_hash_bytes));
  file.remove_prefix(k_head_bytes);
  if (reserved || packed_bytes != file.size() || !is_possible(head, pages, packed_bytes)) {
    return damaged(name, "cannot be what it says");
  }
  segment.bytes = unpacked(file, pages * (k_number_bytes + head.page_bytes));
  if (segment.bytes.empty()) return damaged(name, "cannot be unpacked");
  if (!index_pages(segment)) return damaged(name, "holds pages that cannot be");
  return segment;
}

Sha256 hash_of(std::string_view file) { return hash_in(file.substr(file.size() - k_hash_bytes)); }

std::vector<CommitGroup> group_commits(const std::vector<store::LogPiece>& pieces) {
  std::vector<CommitGroup> groups;
  for (const store::LogPiece& piece : pieces) {
    std::size_t begin = 0;
    for (const store::LogCommit& commit : piece.commits) {
      if (groups.empty() || !belongs(groups.back(), commit, piece.page_bytes)) {
        groups.push_back({.first_commit = commit.number,
                          .first_ms = commit.at_ms,
                          .page_bytes = static_cast<std::uint32_t>(piece.page_bytes)});
      }
      CommitGroup& group = groups.back();
      group.last_commit = commit.number;
      group.last_ms = commit.at_ms;
      add_frames(group, std::string_view(piece.frames).substr(begin, commit.end - begin));
      begin = commit.end;
    }
  }
  return groups;
}

}  // namespace kontor::backup
