// Which column of a file goes where, and why.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/imports/dialects/vendors.h"
#include "crm/imports/mapping_file.h"
#include "crm/imports/row_shape.h"
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

// By what a column got its target.
enum class MappingRule {
  none,      // it has none
  exact,     // the name or the label of a field or target
  alias,     // another usual name of it
  vendor,    // what a program calls it
  mapping,   // the user says so
  constant,  // no column of the file: the user's text for every row
};
std::string_view name_of(MappingRule rule);

struct Mapping {
  struct Column {
    std::string header;
    std::string target;  // name of a field or of an ImportTarget; empty: left out
    MappingRule rule = MappingRule::none;
    std::string_view vendor = {};    // whose name for it the header is
    std::string dates{}, decimal{};  // as in Reading, of this column alone
  };
  std::vector<Column> columns;  // those of the file in their order, then what `shape` makes
  RowShape shape{};
  std::optional<VendorVerdict> vendor{};

  // Position of the column for a target; nullopt: none.
  std::optional<std::size_t> column_of(std::string_view target) const;
  bool has(std::string_view target) const { return column_of(target).has_value(); }
  // Is there any column for a target that begins so?
  bool has_any(std::string_view prefix) const;
};

// A header goes to the target or field whose name, alias or label it is; case, blanks and
// punctuation do not count. Columns that mean something else in the files of the program that the
// header is of come before that. Of two columns for one target the first has it. `rules` come
// before all. `elsewhere`: headers of the order's file of lines, which `rules` may name too.
// Code::invalid, kind `bad_map`, names headers that the file lacks, targets that do not exist, and
// targets that are named twice.
Result<Mapping> map_columns(const model::Entity& entity, const std::vector<std::string>& header,
                            const SheetRules& rules = {},
                            std::span<const std::string> elsewhere = {});
// The same for a file of order lines: by the rules for lines, else by those of `rules.rows` that
// are of its headers.
Result<Mapping> map_line_columns(const std::vector<std::string>& header, const MappingFile& rules);

// Columns that every row needs and that are not there.
std::vector<std::string> missing_columns(const model::Entity& entity, const Mapping& mapping);
std::vector<std::string> missing_line_columns(const Mapping& lines);
// Code::invalid, kind `missing_columns`, if there are any.
Result<void> check_columns(const model::Entity& entity, const Mapping& mapping);
Result<void> check_line_columns(const Mapping& lines);

}  // namespace kontor::crm
