// The names that other programs give their columns.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

// The field or target that a header means in a file of `collection` ("line" for a file of order
// lines), beside what the entities say of themselves; empty: not known. Case, blanks, punctuation
// and accents do not count.
std::string_view known_header(std::string_view collection, std::string_view header);

// Headers that are taken only where no other column has their field: "Sale price", "Type".
bool is_second_choice(std::string_view header);

// As headers are compared: small letters and digits alone.
std::string plain_header(std::string_view header);

}  // namespace kontor::crm
