// What stands in the manifest of a whole export, and beside it: what proves its files, and what is
// no record of a collection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/transaction.h"

namespace kontor::crm {

inline constexpr std::string_view k_manifest_file = "manifest.json";
inline constexpr std::string_view k_external_ids = "external_ids";  // in place of a collection
// A manifest has one line a file and one a year of numbers.
inline constexpr std::size_t k_manifest_bytes = 256 * 1024;

struct ExportedFile {
  std::string file;        // a plain name, in the manifest's folder
  std::string collection;  // or k_external_ids
  std::string sha256;      // hex
  std::int64_t records = 0, bytes = 0;
};

// The next number of a document: ("SO", "2026", 42).
struct NumberSeries {
  std::string series, period;
  std::int64_t next = 1;
};

struct ExportManifest {
  std::string format;    // csv or jsonl
  char delimiter = ',';  // of CSV
  std::string program;   // version of the program that wrote it
  std::int64_t schema = 0;
  std::int64_t at_ms = 0;
  std::string currency, country, timezone;  // the firm's settings, by which its figures are meant
  std::vector<NumberSeries> series{};
  std::vector<ExportedFile> files{};
};

std::string to_json(const ExportManifest& manifest);

// Code::malformed (kind bad_export): this is no manifest of a whole export, and why.
Result<ExportManifest> parse_manifest(std::string_view text);

std::vector<NumberSeries> number_series(store::ReadTx& tx);

}  // namespace kontor::crm
