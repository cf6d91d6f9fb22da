// Which column of a file goes where.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/entity.h"

namespace kontor::crm {

// Something that import understands beside the fields: the source's own id, the contact person in
// a customer's row, the columns of an order's lines ("line.quantity").
struct ImportTarget {
  std::string_view name;
  std::span<const std::string_view> aliases;  // headers by which it is known
};
std::span<const ImportTarget> import_targets(const model::Entity& entity);
std::span<const ImportTarget> line_targets();  // of a file that holds lines of orders alone

// Can a file set this field? What the server derives cannot be; of an order brought in as history
// its states can.
bool is_importable(const model::Entity& entity, const model::Field& field);

struct Mapping {
  struct Column {
    std::string header;
    std::string target;  // name of a field or of an ImportTarget; empty: left out
  };
  std::vector<Column> columns;

  // Position of the column for a target; nullopt: none.
  std::optional<std::size_t> column_of(std::string_view target) const;
  bool has(std::string_view target) const { return column_of(target).has_value(); }
  // Is there any column for a target that begins so?
  bool has_any(std::string_view prefix) const;
};

// A header goes to the target or field whose name, alias or label it is; case, blanks and
// punctuation do not count. Of two columns for one target the first has it. `map_json` overrides:
// {"Header": "target", …}, null or "" leaves a column out; "" as the whole text: no map.
// Code::invalid names headers that the file lacks and targets that do not exist.
Result<Mapping> map_columns(const model::Entity& entity, const std::vector<std::string>& header,
                            std::string_view map_json);
// The same for a file of order lines; of `map_json` only the headers of this file count.
Result<Mapping> map_line_columns(const std::vector<std::string>& header, std::string_view map_json);

// Code::invalid, kind `missing_columns`, if a column that every row needs is not there.
Result<void> check_columns(const model::Entity& entity, const Mapping& mapping);
Result<void> check_line_columns(const Mapping& lines);

}  // namespace kontor::crm
