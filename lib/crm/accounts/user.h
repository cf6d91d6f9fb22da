// A user: someone who may sign in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/uuid.h"

namespace kontor::crm {

struct User {
  std::int64_t row_id = 0;
  Uuid id{};
  std::int64_t version = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::string email = {};
  std::string email_norm = {};  // base/email.h
  std::string name = {};
  bool active = true;
  std::int64_t epoch = 0;
  std::string password_hash = {};  // empty: cannot sign in by password
  std::optional<std::int64_t> password_set_at_ms = {};
  bool has_second_factor = false;
  std::optional<std::int64_t> last_sign_in_at_ms = {};
  std::string language = {};
  std::string timezone = {};
  std::string preferences = {};         // a JSON object
  std::vector<std::string> roles = {};  // names, sorted
  std::vector<Uuid> teams = {};
};

// As the API and `user show --json` tell it: without hashes, seeds and preferences.
void write_json(JsonWriter& out, const User& user);
std::string to_json(const User& user);

}  // namespace kontor::crm
