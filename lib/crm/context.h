// What the business needs to know beside the data: the firm, and who is acting.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/civil.h"
#include "base/time_zone.h"
#include "base/uuid.h"
#include "crm/access/principal.h"

namespace kontor::crm {

// The firm's settings that figures and documents depend on.
struct Organisation {
  TimeZone zone;                 // decides "today", month edges and the year of a number
  std::string currency = "USD";  // of new records that do not say
  std::string country = "US";    // ISO 3166-1; phone numbers without a prefix are of it
};

// One request, command or import.
struct Context {
  std::int64_t now_ms = 0;
  std::string request_id = {};
  std::optional<std::int64_t> actor_id = {};  // users.id; none: the program itself
  // Whose rights all of it is held against. The API sets it for every request.
  std::shared_ptr<const Principal> principal = Principal::program();
  std::string address = {};  // where it came from: an IP address, or empty for this machine
  // History that is brought in: states, dates and stock are taken as they are given, and no stock
  // is moved by it.
  bool importing = false;
};

// The same for what follows of itself from a change, which needs no right of whoever made that: a
// payment moves what is due on its order.
inline Context as_program(const Context& context) {
  Context own = context;
  own.principal = Principal::program();
  return own;
}

}  // namespace kontor::crm
