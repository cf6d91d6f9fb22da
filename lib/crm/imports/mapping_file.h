// A mapping as a person writes it down: which column goes where, and what its cells mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/imports/row_shape.h"

namespace kontor::crm {

// What is said of one column of the file. `targets` are names of fields or of import targets; they
// are checked by map_columns(), which knows the collection.
struct ColumnRule {
  std::string header;
  std::string pointer;               // where it stands in the mapping
  std::vector<std::string> targets;  // none: left out; several: parts; "" among them: dropped
  std::string split{};               // what stands between the parts
  bool from_end = false;
  std::string trim{};
  WordMap words{};
  std::string dates{}, decimal{};  // as in Reading
};

struct JoinRule {
  std::string target, pointer;
  std::vector<std::string> headers;
  std::string separator;
};

struct ConstantRule {
  std::string target, pointer, text;
};

// Of one file.
struct SheetRules {
  std::vector<ColumnRule> columns{};
  std::vector<JoinRule> joins{};
  std::vector<ConstantRule> constants{};
  bool guess_rest = true;  // columns that are not named find their fields as without a mapping
};

struct MappingFile {
  SheetRules rows{};
  std::optional<SheetRules> lines{};  // of a file of order lines; none: `rows` is for both
};

// Either {"Header": "target" or null, …}, or
//   {"columns": {"Header": "target" | null | {"to": "target" | ["a", "b"], "split": " ",
//                "from": "start" | "end", "trim": "'", "values": {"word": "value" | null},
//                "unknown": "error" | "keep", "default": "value" | null, "empty": "value",
//                "dates": "dmy" | "mdy", "decimal": "point" | "comma"}, …},
//    "join": {"target": {"columns": ["Header", …], "with": " "}}, "constants": {"target": "text"},
//    "rest": "guess" | "ignore", "lines": {the same for the file of lines}}
// where any of columns, join and constants is an object. "" is no mapping. Code::invalid, kind
// `bad_map`: every fault with its pointer.
Result<MappingFile> parse_mapping(std::string_view json);

// Code::invalid, kind `bad_map`.
Error invalid_map(std::vector<FieldError> fields);

}  // namespace kontor::crm
