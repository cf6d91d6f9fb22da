// A full name as a person's first and last name.
#pragma once

#include <string>
#include <string_view>

namespace kontor::crm {

struct PersonName {
  std::string first;  // may be empty
  std::string last;   // never empty if the text is not
};

// The last word is the last name. Wrong for some (Spanish double names, Vietnamese order), but the
// full name reads the same when the parts are put together again.
PersonName split_name(std::string_view full);

}  // namespace kontor::crm
