// Sessions: browsers that have signed in. A session is a random token, of which the digest is kept;
// it ends when it is idle, when it is old, when its user has too many, when it is revoked, and with
// everything else of its user when the epoch changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/secret.h"
#include "base/uuid.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/credential.h"
#include "crm/accounts/user.h"
#include "crm/context.h"
#include "store/transaction.h"

namespace kontor::crm {

struct StartedSession {
  std::string token;  // for the browser; kept nowhere
  Uuid id{};
  std::int64_t row_id = 0;
  std::int64_t ends_at_ms = 0;  // whatever she does
  int ended = 0;                // older sessions that made room
};

struct SessionInfo {
  std::int64_t row_id = 0;
  Uuid id{};
  std::int64_t created_at_ms = 0;
  std::int64_t seen_at_ms = 0;  // a minute behind at most
  std::int64_t confirmed_at_ms = 0;
  std::int64_t ends_at_ms = 0;
  std::string address = {};
  std::string user_agent = {};
};

// Immutable; any thread that has a transaction. `ids` and `random` must outlive it.
class Sessions {
 public:
  Sessions(const SessionRules& rules, UuidSource& ids, Random& random)
      : rules_(rules), ids_(ids), random_(random) {}

  const SessionRules& rules() const { return rules_; }

  // With a new token, always: nothing that a browser brought along becomes a session. The address
  // is the context's.
  StartedSession begin(store::WriteTx& tx, const Context& context, const User& user,
                       std::string_view user_agent) const;

  // Those that would be let in now, the newest first.
  std::vector<SessionInfo> list(store::ReadTx& tx, const User& user, std::int64_t now_ms) const;

  // Where the token leads, for the Authenticator. nullopt: nowhere, or nowhere any more.
  std::optional<Credential> find(store::ReadTx& tx, const Sha256& token_hash,
                                 std::int64_t now_ms) const;

 private:
  int make_room(store::WriteTx& tx, const User& user, std::int64_t now_ms) const;

  SessionRules rules_;
  UuidSource& ids_;
  Random& random_;
};

// Those of all users that would be let in now.
std::int64_t count_sessions(store::ReadTx& tx, const SessionRules& rules, std::int64_t now_ms);

// False if there was none. `session_row_id`: Principal::credential_id of a session.
bool end_session(store::WriteTx& tx, std::int64_t session_row_id);
// One of a user's own.
bool end_session(store::WriteTx& tx, std::int64_t user_row_id, const Uuid& session);
// All of a user's, or all but the one that asks. How many.
int end_sessions(store::WriteTx& tx, std::int64_t user_row_id,
                 std::optional<std::int64_t> but_session_row_id = {});
// The password or a code was given again.
void confirm_session(store::WriteTx& tx, std::int64_t session_row_id, std::int64_t now_ms);

}  // namespace kontor::crm
