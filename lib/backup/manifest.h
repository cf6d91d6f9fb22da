// What is in a backup: written first into its file, and held against everything behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kontor::backup {

inline constexpr std::int64_t k_format = 1;

// Only ever in a sealed backup: it must not lie where the database lies in the open.
inline constexpr std::string_view k_master_key = "master.key";

struct TableDigest {
  std::string name;
  std::int64_t rows = 0;
  std::string sha256;  // of the rows in their order (table_digest.h)
  bool operator==(const TableDigest&) const = default;
};

struct FileDigest {
  std::string path;  // "kontor.db", "kontor.toml", "files/…": relative, parted by "/"
  std::int64_t bytes = 0;
  std::string sha256;
  bool operator==(const FileDigest&) const = default;
};

// What is in a database, by reading all of it.
struct Contents {
  std::int64_t schema_version = 0;
  std::string schema_sha256;  // of the text of all tables, indexes and triggers
  std::vector<TableDigest> tables;
  std::int64_t rows() const;
  bool operator==(const Contents&) const = default;
};

// Where the audit trail ended: the number of its last row, and that row's hash.
struct ChainHead {
  std::int64_t seq = 0;
  std::string sha256;
  bool operator==(const ChainHead&) const = default;
};

struct Manifest {
  std::int64_t format = k_format;
  std::string id;       // 8 hex digits
  std::string program;  // version of the program that made it
  std::string reason;
  std::int64_t taken_at_ms = 0;  // the moment that it holds
  std::int64_t page_bytes = 0;
  std::int64_t pages = 0;
  Contents contents;
  std::optional<ChainHead> audit = {};  // none: nothing was written yet, or no chain was kept
  std::vector<FileDigest> files;        // in the order of the file; the first is kontor.db
  std::vector<std::string> left_out;    // of the data directory, on purpose
  std::int64_t bytes() const;           // of all files
  bool has_master_key() const;
};

std::string to_json(const Manifest& manifest);

// Code::verification_failed, naming what is missing or cannot be: other formats, paths that lead
// out of the data directory, files twice, sizes below zero, hashes that are none.
Result<Manifest> parse_manifest(std::string_view text);

// The text of SHA256SUMS: as sha256sum writes and reads it, the manifest first.
std::string checksums(std::string_view manifest_text, const Manifest& manifest);

// May a backup hold a file of this path? Known names, no way out of the data directory.
bool is_allowed_path(std::string_view path);

}  // namespace kontor::backup
