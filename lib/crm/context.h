// What the business needs to know beside the data: who is acting, and when.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/civil.h"
#include "base/uuid.h"
#include "crm/access/principal.h"

namespace kontor::crm {

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
