// One segment of the continuous archive: the pages that some commits changed, as they were after
// the last of them. Each carries the hash of the one before it, so that none can be left out,
// exchanged or moved unseen.
//
// Form (numbers big-endian): "KONTSEG1"; epoch (32 bytes, padded with zeros); sequence, first and
// last commit, milliseconds UTC of both (8 bytes each); bytes of a page, pages of the database
// after it, pages in it (4 each); 4 zeros; bytes of the packed pages (8); hash of the segment
// before (32, zeros in the first). Then the pages in zlib's form: number (4), bytes, ascending.
// Then the SHA-256 of all before it, which is the segment's hash.
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
  std::string epoch;           // an unbroken chain of segments; at most 32 bytes
  std::uint64_t sequence = 0;  // from 1 in each epoch
  std::uint64_t first_commit = 0;
  std::uint64_t last_commit = 0;
  std::int64_t first_ms = 0;  // never before the last_ms of the segment before
  std::int64_t last_ms = 0;
  std::uint32_t page_bytes = 0;
  std::uint32_t database_pages = 0;
  Sha256 previous{};
};

// Page numbers, from 1, and the bytes of the pages.
using PageImages = std::map<std::uint32_t, std::string_view>;

struct Segment {
  SegmentHead head;
  std::string bytes;  // of all pages; `pages` points into it
  PageImages pages;
  Sha256 hash{};
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
