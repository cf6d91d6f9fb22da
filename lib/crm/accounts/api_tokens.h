// API tokens: what a program shows to act for a user. Made and shown once; the database keeps the
// SHA-256 alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/uuid.h"
#include "crm/access/rights.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/credential.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct NewApiToken {
  std::string name = {};
  std::vector<std::string> scopes = {};     // none: all that the owner may (token_scopes.h)
  std::vector<std::string> addresses = {};  // addresses and blocks; none: from anywhere
  std::optional<std::int64_t> expires_at_ms = {};
};

// As it is listed: everything but the token.
struct ApiToken {
  Uuid id{};
  Uuid user{};
  std::string email = {};  // of the user
  std::string name = {};
  std::string hint = {};  // its last four characters
  std::vector<std::string> scopes = {};
  std::vector<std::string> addresses = {};
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;
  std::optional<std::int64_t> last_used_at_ms = {};  // to the minute
  std::optional<std::int64_t> revoked_at_ms = {};
  bool is_outdated = false;  // the owner's password or second factor changed, or she was disabled

  // "active", "expired", "revoked" or "ended".
  std::string_view state(std::int64_t now_ms) const;
};

struct MadeApiToken {
  std::string text;  // to be shown now and never again
  ApiToken token;
};

// For `owner`, whose rights are those that count now. Code::invalid names every field that is
// wrong, with scopes beyond the owner's rights among them; Code::not_found: no such active user;
// Code::conflict (too_many_tokens).
Result<MadeApiToken> create_api_token(store::WriteTx& tx, const Context& context,
                                      const Principal& owner, const NewApiToken& wanted,
                                      const TokenRules& rules, const Uuid& id, Random& random);

// The newest first, at most `limit` of them, of one user or (nullopt) of all; those older than
// `before`, which goes on where a page ended.
std::vector<ApiToken> list_api_tokens(store::ReadTx& tx, std::optional<std::int64_t> user_id,
                                      int limit, const std::optional<Uuid>& before = {});

// Code::not_found: no such token, or not one of `user_id` if that is given. Revoking twice is fine.
Result<ApiToken> revoke_api_token(store::WriteTx& tx, const Context& context,
                                  std::optional<std::int64_t> user_id, const Uuid& id);

// What a token stands for, for the Authenticator: its user with her rights narrowed by the scopes,
// the addresses from which it may be used, its end. nullopt: nothing, or nothing any more (revoked,
// expired, of an earlier epoch, of someone who is disabled). Look at the form of the text first
// (parse_api_token).
std::optional<Credential> find_api_token(store::ReadTx& tx, const Sha256& digest,
                                         std::int64_t now_ms);

// {"id":…,"user_id":…,"name":…,…}: the schema ApiToken.
void write_api_token(JsonWriter& out, const ApiToken& token, std::int64_t now_ms);

}  // namespace kontor::crm
