// Who is acting, and what that lets her see. Made once from a credential (or for the program
// itself), immutable from then on, and shared by all that one request does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "crm/access/rights.h"

namespace kontor::crm {

struct Principal {
  enum class Kind : std::uint8_t {
    program,  // a command on this machine, an import that goes on, a nightly job
    session,  // a browser that has signed in
    token,    // a program with an API token
  };
  Kind kind = Kind::program;
  std::int64_t user_id = 0;  // users.id; 0: no user, the program itself
  Uuid user{};
  std::string email = {};
  std::string name = {};
  std::int64_t credential_id = 0;    // row of sessions or api_tokens
  std::int64_t confirmed_at_ms = 0;  // session: when a password or code was last given
  bool has_second_factor = false;    // her account asks for a code at sign-in
  std::vector<std::string> roles = {};
  std::vector<std::int64_t> peers = {};  // users.id of herself and all who share a team; ascending
  Rights rights = {};

  // The program itself, which may do everything.
  static std::shared_ptr<const Principal> program();
};

}  // namespace kontor::crm
