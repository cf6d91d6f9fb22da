// What a session or API token stands for, as the database has it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "crm/access/principal.h"

namespace kontor::crm {

struct Credential {
  Principal principal;
  std::int64_t seen_at_ms = 0;  // when it was last used, as far as it is written
  std::int64_t ends_at_ms = 0;
  std::int64_t idle_ms = 0;  // ends when it is not used for that long; 0: it does not
  // From which addresses it may be used; empty: from all.
  std::function<bool(std::string_view address)> allows = {};
};

}  // namespace kontor::crm
