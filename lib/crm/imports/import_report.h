// What an import did, row by row where it went wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace kontor::crm {

struct RowError {
  std::string file = {};    // empty: the main one; "lines": the file of order lines
  std::int64_t row = 0;     // as a spreadsheet counts; the header is row 1
  std::string column = {};  // header; empty: the row as a whole
  std::string code = {};
  std::string detail = {};
};

struct ImportCounts {
  // rows = created + updated + unchanged + skipped + failed; of orders each counts once.
  std::int64_t rows = 0, created = 0, updated = 0, unchanged = 0, skipped = 0, failed = 0;
  std::int64_t error_count = 0;
  std::map<std::string, std::int64_t> totals{};  // lines, contacts; amounts as "net.USD"

  void add(const ImportCounts& more);
};

struct ImportReport : ImportCounts {
  std::string id{};      // of the import's own record; empty: a dry run
  std::string entity{};  // collection
  bool dry_run = false;
  // An import of this very file had been interrupted: its rows are counted here, and were not done
  // again.
  bool resumed = false;
  std::vector<RowError> errors{};                 // the first limits::import_errors_shown
  std::vector<std::string> mapped{}, unmapped{};  // "Header → target"; headers that were left out
  // The import ended early (interrupted, disk full, shutting down): what is counted is committed,
  // the rest of the file was not touched. Running it again goes on.
  std::optional<Error> stopped{};
};

// {"id","entity","dry_run","rows","created",…,"errors":[…],"columns":{…},"totals":{…},"stopped"}
std::string to_json(const ImportReport& report);

// Its parts, as JSON of their own: they are kept with the import's record.
std::string errors_json(const std::vector<RowError>& errors);
std::string columns_json(const ImportReport& report);
std::string totals_json(const ImportCounts& counts);
std::map<std::string, std::int64_t> totals_of_json(std::string_view text);
std::vector<RowError> errors_of_json(std::string_view text);

}  // namespace kontor::crm
