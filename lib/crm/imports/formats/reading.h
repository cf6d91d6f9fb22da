// How a file is to be read, where that is not left to be found out.
#pragma once

#include <array>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crm/imports/formats/row_source.h"

namespace kontor::crm {

// Each empty: found out. Every name is one of the lists below, and checked by open_source().
struct Reading {
  std::string format = {};
  std::string encoding = {};   // encoding_names(); of CSV alone
  std::string delimiter = {};  // "," ";" "|", "tab" or a tab; of CSV alone
  std::string dates = {};      // order of day and month in 03/04/2026
  std::string decimal = {};    // mark before the decimals
};

inline constexpr std::array<std::string_view, 3> k_file_formats = {"csv", "jsonl", "vcard"};
inline constexpr std::array<std::string_view, 2> k_date_orders = {"dmy", "mdy"};
inline constexpr std::array<std::string_view, 2> k_decimal_marks = {"point", "comma"};

// Of what form a file is: by its name's end, else by how it begins. Leaves the file where it was.
// Code::unsupported for what is known and not read: spreadsheets, archives, JSON arrays.
Result<std::string_view> find_format(std::istream& file, std::string_view file_name);

struct OpenedRows {
  std::unique_ptr<RowSource> rows;
  std::string_view format;
  std::string_view encoding;
};

// Begins to read a file, which must outlive what this returns and be one that can be rewound.
// Code::usage: `reading` names something that there is not. Code::unsupported: what the file is
// cannot be read.
Result<OpenedRows> open_source(std::istream& file, std::string_view file_name,
                               const Reading& reading);

}  // namespace kontor::crm
