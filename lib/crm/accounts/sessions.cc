#include "crm/accounts/sessions.h"

#include <algorithm>

#include "base/limits.h"
#include "base/utf8.h"
#include "crm/accounts/account_changes.h"
#include "crm/accounts/user_principal.h"

namespace kontor::crm {
namespace {

using store::Statement;

std::string kept_agent(std::string_view user_agent) {
  if (!is_utf8(user_agent)) return {};
  return std::string(utf8_truncate(user_agent, limits::user_agent_bytes));
}

}  // namespace

StartedSession Sessions::begin(store::WriteTx& tx, const Context& context, const User& user,
                               std::string_view user_agent) const {
  StartedSession session{.token = make_secret(random_), .id = ids_.next()};
  session.ended = make_room(tx, user, context.now_ms);
  session.ends_at_ms = context.now_ms + rules_.absolute_ms;
  const Sha256 hash = sha256(session.token);
  const std::string agent = kept_agent(user_agent);
  tx.prepare(
        "INSERT INTO sessions (uid, user_id, token_hash, epoch, created_at, seen_at, confirmed_at, "
        "address, user_agent) VALUES (?, ?, ?, ?, ?5, ?5, ?5, ?, ?)")
      .with(store::Blob{session.id.blob()}, user.row_id, store::Blob{bytes_of(hash)}, user.epoch,
            context.now_ms, std::string_view(context.address), std::string_view(agent))
      .run();
  session.row_id = tx.last_insert_id();
  return session;
}

// Those that have ended by themselves go as well. The oldest is the one that began first.
int Sessions::make_room(store::WriteTx& tx, const User& user, std::int64_t now_ms) const {
  tx.prepare(
        "DELETE FROM sessions WHERE user_id = ? AND (epoch <> ? OR created_at <= ? OR seen_at <= "
        "?)")
      .with(user.row_id, user.epoch, now_ms - rules_.absolute_ms,
            now_ms - rules_.idle_ms - limits::seen_write_ms)
      .run();
  tx.prepare(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = ? ORDER BY "
        "created_at DESC, id DESC LIMIT -1 OFFSET ?)")
      .with(user.row_id, rules_.max - 1)
      .run();
  const int ended = static_cast<int>(tx.changes());
  if (ended > 0) accounts_changed(tx);
  return ended;
}

std::vector<SessionInfo> Sessions::list(store::ReadTx& tx, const User& user,
                                        std::int64_t now_ms) const {
  std::vector<SessionInfo> sessions;
  Statement row = tx.prepare(
      "SELECT id, uid, created_at, seen_at, confirmed_at, address, user_agent FROM sessions WHERE "
      "user_id = ? AND epoch = ? AND created_at > ? AND seen_at > ? ORDER BY created_at DESC, id "
      "DESC");
  row.with(user.row_id, user.epoch, now_ms - rules_.absolute_ms,
           now_ms - rules_.idle_ms - limits::seen_write_ms);
  while (row.step()) {
    sessions.push_back({.row_id = row.integer(0),
                        .id = Uuid::from_blob(row.blob(1)),
                        .created_at_ms = row.integer(2),
                        .seen_at_ms = row.integer(3),
                        .confirmed_at_ms = row.integer(4),
                        .ends_at_ms = row.integer(2) + rules_.absolute_ms,
                        .address = std::string(row.text(5)),
                        .user_agent = std::string(row.text(6))});
  }
  return sessions;
}

std::optional<Credential> Sessions::find(store::ReadTx& tx, const Sha256& token_hash,
                                         std::int64_t now_ms) const {
  Statement row = tx.prepare(
      "SELECT id, user_id, epoch, created_at, seen_at, confirmed_at FROM sessions WHERE token_hash "
      "= ?");
  row.with(store::Blob{bytes_of(token_hash)});
  if (!row.step()) return std::nullopt;
  auto principal = user_principal(tx, row.integer(1), row.integer(2));
  if (!principal) return std::nullopt;
  principal->kind = Principal::Kind::session;
  principal->credential_id = row.integer(0);
  principal->confirmed_at_ms = row.integer(5);
  Credential credential{.principal = *std::move(principal)};
  credential.seen_at_ms = row.integer(4);
  credential.ends_at_ms = row.integer(3) + rules_.absolute_ms;
  credential.idle_ms = rules_.idle_ms;
  if (now_ms >= credential.ends_at_ms) return std::nullopt;
  return credential;
}

std::int64_t count_sessions(store::ReadTx& tx, const SessionRules& rules, std::int64_t now_ms) {
  Statement row = tx.prepare(
      "SELECT count(*) FROM sessions JOIN users ON users.id = sessions.user_id AND users.epoch = "
      "sessions.epoch WHERE sessions.created_at > ? AND sessions.seen_at > ?");
  row.with(now_ms - rules.absolute_ms, now_ms - rules.idle_ms - limits::seen_write_ms);
  row.step();
  return row.integer(0);
}

bool end_session(store::WriteTx& tx, std::int64_t session_row_id) {
  tx.prepare("DELETE FROM sessions WHERE id = ?").with(session_row_id).run();
  if (tx.changes() == 0) return false;
  accounts_changed(tx);
  return true;
}

bool end_session(store::WriteTx& tx, std::int64_t user_row_id, const Uuid& session) {
  tx.prepare("DELETE FROM sessions WHERE user_id = ? AND uid = ?")
      .with(user_row_id, store::Blob{session.blob()})
      .run();
  if (tx.changes() == 0) return false;
  accounts_changed(tx);
  return true;
}

int end_sessions(store::WriteTx& tx, std::int64_t user_row_id,
                 std::optional<std::int64_t> but_session_row_id) {
  tx.prepare("DELETE FROM sessions WHERE user_id = ? AND id <> ?")
      .with(user_row_id, but_session_row_id.value_or(0))
      .run();
  const int ended = static_cast<int>(tx.changes());
  if (ended > 0) accounts_changed(tx);
  return ended;
}

void confirm_session(store::WriteTx& tx, std::int64_t session_row_id, std::int64_t now_ms) {
  tx.prepare("UPDATE sessions SET confirmed_at = ? WHERE id = ?")
      .with(now_ms, session_row_id)
      .run();
  accounts_changed(tx);
}

}  // namespace kontor::crm
