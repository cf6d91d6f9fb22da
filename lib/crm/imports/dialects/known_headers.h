// The names that other programs give their columns, wherever they come.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

struct KnownTarget {
  std::string_view target;  // empty: not known
  std::string_view vendor;  // whose name it is (dialects/vendors.h); empty: nobody's alone
};

// The field or target that a header means in a file of `collection` ("line" for a file of order
// lines), beside what the entities say of themselves. Case, blanks, punctuation and accents do not
// count.
KnownTarget known_header(std::string_view collection, std::string_view header);

// Headers that are taken only where no other column has their field: "Sale price", "Type".
bool is_second_choice(std::string_view header);

// As headers are compared: small letters and digits alone.
std::string plain_header(std::string_view header);

}  // namespace kontor::crm
