// What an import would make of a file's columns, and why: read without a database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/imports/importer.h"
#include "crm/imports/mapping.h"

namespace kontor::crm {

struct ExplainedColumn {
  Mapping::Column column;
  std::int64_t filled = 0;              // rows with something in it
  std::vector<std::string> samples{};   // a few different ones, as the file has them, cut
  std::string dates{}, decimal{};       // as in Reading, where cells show a form
  std::optional<FieldError> problem{};  // why its numbers or dates cannot be read
};

// One file.
struct ExplainedSheet {
  std::string format{}, encoding{}, delimiter{};  // delimiter: empty where there is none
  std::int64_t rows = 0, faulty = 0;
  Mapping mapping{};
  std::vector<ExplainedColumn> columns{};
  std::vector<std::string> missing{};  // targets that every row needs
};

struct ImportExplanation {
  std::string collection{}, file_name{};
  ExplainedSheet rows{};
  std::optional<ExplainedSheet> lines{};

  // Would the import begin?
  bool is_ready() const;
};

// Reads file and lines of `options` to their ends and leaves them there. `currency` is that of
// amounts that name none. Errors are those of import_records() that are not about columns.
Result<ImportExplanation> explain_import(const model::Entity& entity, const ImportOptions& options,
                                         std::string_view currency);

// {"collection","file_name","ready","format",…,"vendor":{…},"columns":[…],"missing":[…],
//  "lines":{…},"mapping":{…}}
std::string to_json(const ImportExplanation& explanation);
// The mapping alone, to be kept, mended and given to an import (mapping_file.h): one member a line.
std::string mapping_json(const ImportExplanation& explanation);

}  // namespace kontor::crm
