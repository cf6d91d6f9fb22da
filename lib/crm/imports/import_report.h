// What an import did, row by row where it went wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace kontor::crm {

struct RowError {
  std::string file;      // empty: the main one; "lines": the file of order lines
  std::int64_t row = 0;  // as a spreadsheet counts; the header is row 1
  std::string column;    // header; empty: the row as a whole
  std::string code;
  std::string detail;
};

struct ImportReport {
  std::string entity;  // collection
  bool dry_run = false;
  // rows = created + updated + unchanged + skipped + failed; of orders each counts once.
  std::int64_t rows = 0, created = 0, updated = 0, unchanged = 0, skipped = 0, failed = 0;
  std::int64_t error_count = 0;
  std::vector<RowError> errors;                // the first limits::import_errors_shown
  std::vector<std::string> mapped, unmapped;   // "Header → target"; headers that were left out
  std::map<std::string, std::int64_t> totals;  // lines, contacts; amounts as "net.USD"
  // The import ended early (disk full, shutting down): what is counted is committed, the rest of
  // the file was not touched. Running it again goes on.
  std::optional<Error> stopped;
};

// {"entity","dry_run","rows","created",…,"errors":[…],"columns":{"mapped","unmapped"},"totals"}
std::string to_json(const ImportReport& report);

}  // namespace kontor::crm
