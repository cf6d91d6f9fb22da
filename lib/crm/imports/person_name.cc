#include "crm/imports/person_name.h"

#include "base/fold.h"

namespace kontor::crm {

PersonName split_name(std::string_view full) {
  full = trim(full);
  const std::size_t blank = full.rfind(' ');
  if (blank == std::string_view::npos) return {.first = "", .last = std::string(full)};
  return {.first = std::string(trim(full.substr(0, blank))),
          .last = std::string(full.substr(blank + 1))};
}

}  // namespace kontor::crm
