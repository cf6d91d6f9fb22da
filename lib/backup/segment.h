// One segment of the continuous archive: the pages that some commits changed, as they were after
// the last of them. Each carries the hash of the one before it, so that none can be left out,
// exchanged or moved unseen. A merged one does what several that follow each other do: it carries
// the hash of the one before the first of them, and the hash of the last, for which it stands, so
// that the chain leads over it as it leads over them.
//
// Form (numbers big-endian): "KONTSEG2"; epoch (32 bytes, padded with zeros); first and last
// sequence (equal unless it is merged), first and last commit, milliseconds UTC of both (8 bytes
// each); bytes of a page, pages of the database after it, pages in it (4 each); 4 zeros; bytes of
// the packed pages (8); hash of the segment before (32, zeros in the first); hash of the last one
// that it stands for (32, zeros unless it is merged). Then the pages in zlib's form: number (4),
// bytes, ascending. Then the SHA-256 of all before it, which is the segment's hash.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "store/log_tap.h"

namespace kontor::backup {

struct SegmentHead {
  std::string epoch;                 // an unbroken chain of segments; at most 32 bytes
  std::uint64_t first_sequence = 0;  // from 1 in each epoch
  std::uint64_t sequence = 0;        // the last; the first again unless it is merged
  std::uint64_t first_commit = 0;
  std::uint64_t last_commit = 0;
  std::int64_t first_ms = 0;  // never before the last_ms of the segment before
  std::int64_t last_ms = 0;
  std::uint32_t page_bytes = 0;
  std::uint32_t database_pages = 0;
  Sha256 previous{};
  Sha256 stands_for{};  // of a merged one
  bool is_merged() const { return first_sequence != sequence; }
};

// Page numbers, from 1, and the bytes of the pages.
using PageImages = std::map<std::uint32_t, std::string_view>;

struct Segment {
  SegmentHead head;
  std::string bytes;  // of all pages; `pages` points into it
  PageImages pages;
  Sha256 hash{};
  // What the one behind it carries.
  const Sha256& chain_hash() const { return head.is_merged() ? head.stands_for : hash; }
};

std::string encode_segment(const SegmentHead& head, const PageImages& pages);

// Code::verification_failed, kind `segment_damaged`, naming `name`, for whatever encode_segment()
// would not have written.
Result<Segment> decode_segment(std::string_view file, const std::string& name);

// The hash that ends a segment's file.
Sha256 hash_of(std::string_view file);

// What goes into one segment. Views point into the pieces that it was made of.
struct CommitGroup {
  std::uint64_t first_commit = 0;
  std::uint64_t last_commit = 0;
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;
  std::uint32_t page_bytes = 0;
  std::uint32_t database_pages = 0;
  PageImages pages;
};

// Commits of one second at most, so that any second can be restored, and 16 MiB or one commit.
std::vector<CommitGroup> group_commits(const std::vector<store::LogPiece>& pieces);

}  // namespace kontor::backup
