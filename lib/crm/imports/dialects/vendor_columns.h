// Columns that mean what they mean only in the files of one program: "Name" of a Shopify order is
// its number.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::crm {

using WordPair = std::pair<std::string_view, std::string_view>;

struct VendorColumn {
  std::string_view vendor, collection, header;
  std::string_view target;               // empty: left out, whatever the header suggests
  std::span<const WordPair> words = {};  // what stands in a cell, and what it is here
  std::string_view trim = {};            // signs that are taken off at both ends of a cell
  std::string_view split = {};           // only what stands before it is meant
  std::string_view beside = {};          // only in files that have this column too
};

// nullptr: that program says nothing of the header. `all` are the headers of the file.
const VendorColumn* vendor_column(std::string_view vendor, std::string_view collection,
                                  std::string_view header, const std::vector<std::string>& all);

}  // namespace kontor::crm
