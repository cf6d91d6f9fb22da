// Users: made, found, changed. A user is never deleted: who leaves is disabled, and the records
// stay hers until they are given to someone else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/accounts/user.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

inline constexpr std::string_view k_owner_role = "owner";

struct NewUser {
  Uuid id{};
  std::string email = {};
  std::string name = {};
  std::vector<std::string> roles = {};
  std::vector<Uuid> teams = {};
  std::string password_hash = {};  // empty: signs in by a link first
  std::string language = {};
  std::string timezone = {};
};

// What is not set stays as it is.
struct UserChange {
  std::optional<std::string> email = {};
  std::optional<std::string> name = {};
  std::optional<std::vector<std::string>> roles = {};
  std::optional<std::vector<Uuid>> teams = {};
  std::optional<bool> active = {};
  std::optional<std::string> language = {};
  std::optional<std::string> timezone = {};
  std::optional<std::string> preferences = {};  // a JSON object, checked by the caller
};

// Is there any user at all? Until then this machine alone may reach the server.
bool any_user(store::ReadTx& tx);

std::optional<User> find_user(store::ReadTx& tx, const Uuid& id);
std::optional<User> find_user(store::ReadTx& tx, std::int64_t row_id);
// By the normal form of the address; nothing that is no address finds anyone.
std::optional<User> find_user_by_email(store::ReadTx& tx, std::string_view email);

// In order of their making, after the row `after`.
std::vector<User> list_users(store::ReadTx& tx, std::int64_t after_row_id, int limit);

// Code::invalid with every field that is wrong (pointers "/email", "/name", "/roles/0",
// "/teams/0"); Code::conflict (kind email_taken) if the address is another user's.
Result<User> create_user(store::WriteTx& tx, const Context& context, const NewUser& wanted);

// As create_user; also Code::conflict (kind last_owner) if no active owner would be left, and
// Code::stale if `if_version` is another one. Disabling and a change of roles end all sessions and
// API tokens of the user. What changes nothing writes nothing.
Result<User> change_user(store::WriteTx& tx, const Context& context, const User& before,
                         const UserChange& change, std::optional<std::int64_t> if_version = {});

// Everything that the user holds ends with the commit: sessions, API tokens, links. For changes of
// the password, the second factor, roles and status.
void end_credentials(store::WriteTx& tx, const Context& context, std::int64_t user_row_id);

}  // namespace kontor::crm
