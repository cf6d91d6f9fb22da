// What a client would rather have: the lists of Accept, Accept-Language and Accept-Encoding with
// their quality values (RFC 9110 12.4.2).
#pragma once

#include <string_view>

namespace kontor::http {

struct Preference {
  std::string_view name;  // as sent, without parameters; empty for an empty element
  int weight = 1000;      // q in thousandths; -1: a parameter that is no q, or no number
};

// Takes the next element off `list`, views into it. Call until `list` is empty.
Preference next_preference(std::string_view& list);

}  // namespace kontor::http
