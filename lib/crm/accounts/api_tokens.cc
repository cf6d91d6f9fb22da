#include "crm/accounts/api_tokens.h"

#include <algorithm>

#include "base/api_token_text.h"
#include "base/civil.h"
#include "base/fold.h"
#include "base/ip_network.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "crm/accounts/account_changes.h"
#include "crm/accounts/token_scopes.h"
#include "crm/accounts/user_principal.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_day_ms = k_day_s * 1000;
constexpr std::size_t k_hint_bytes = 4;
// Tokens that are dead are shown for so long; then the next one that is made sweeps them away.
constexpr std::int64_t k_dead_ms = 90 * k_day_ms;

std::string to_json_list(const std::vector<std::string>& items) {
  std::string text;
  JsonWriter out(text);
  out.begin_array();
  for (const std::string& item : items) out.string(item);
  out.end_array();
  return text;
}

// What to_json_list() wrote. Anything else, of a hand that wrote into the database, is a list with
// an empty text, which is no scope and no address: an empty list would stand for everything.
std::vector<std::string> from_json_list(std::string_view text) {
  const Result<Json> parsed = parse_json(text);
  if (!parsed.ok() || parsed->array() == nullptr) return {""};
  std::vector<std::string> items;
  for (const Json& item : *parsed->array())
    items.push_back(item.string() == nullptr ? std::string() : *item.string());
  return items;
}

std::optional<std::int64_t> instant_at(const store::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

void check_name(std::string_view name, std::vector<FieldError>& faults) {
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; });
  if (trim(name).empty()) faults.push_back({"/name", "required", "Say what the token is for."});
  else if (name.size() > limits::token_name_bytes)
    faults.push_back(
        {"/name", "too_long", "At most " + std::to_string(limits::token_name_bytes) + " bytes."});
  else if (has_control || !is_utf8(name))
    faults.push_back({"/name", "invalid", "One line of text."});
}

void check_addresses(const std::vector<std::string>& addresses, std::vector<FieldError>& faults) {
  if (addresses.size() > limits::token_addresses) {
    faults.push_back({"/addresses", "too_many",
                      "At most " + std::to_string(limits::token_addresses) + " addresses."});
    return;
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (!IpNetwork::parse(addresses[i]))
      faults.push_back({"/addresses/" + std::to_string(i), "invalid",
                        "An IP address or a block such as 10.0.0.0/8."});
  }
}

void check_expiry(std::int64_t expires_at_ms, const TokenRules& rules, std::int64_t now_ms,
                  std::vector<FieldError>& faults) {
  if (expires_at_ms <= now_ms)
    faults.push_back({"/expires_at", "out_of_range", "Must be in the future."});
  else if (expires_at_ms > now_ms + rules.days_max * k_day_ms)
    faults.push_back({"/expires_at", "out_of_range",
                      "A token lives at most " + std::to_string(rules.days_max) +
                          " days (setting token_days_max)."});
}

std::int64_t expiry_of(const NewApiToken& wanted, const TokenRules& rules, std::int64_t now_ms) {
  return wanted.expires_at_ms.value_or(now_ms + std::min(rules.days, rules.days_max) * k_day_ms);
}

Result<void> check_wanted(const NewApiToken& wanted, const Rights& owner, const TokenRules& rules,
                          std::int64_t now_ms) {
  std::vector<FieldError> faults;
  check_name(wanted.name, faults);
  check_addresses(wanted.addresses, faults);
  check_expiry(expiry_of(wanted, rules, now_ms), rules, now_ms, faults);
  auto scopes = check_scopes(wanted.scopes, owner);
  std::string hint;
  if (!scopes.ok()) {
    hint = scopes.error().hint;
    for (FieldError& fault : scopes.error().fields) faults.push_back(std::move(fault));
  }
  if (faults.empty()) return {};
  std::string message = faults.front().detail;
  return Error{.code = Code::invalid,
               .message = std::move(message),
               .kind = "validation_failed",
               .fields = std::move(faults),
               .hint = std::move(hint)};
}

Result<std::int64_t> epoch_of_active(store::ReadTx& tx, std::int64_t user_id) {
  store::Statement row = tx.prepare(
      "SELECT epoch FROM users WHERE id = ? AND status = 'active' AND deleted_at IS NULL");
  if (row.with(user_id).step()) return row.integer(0);
  return Error{.code = Code::not_found, .message = "There is no active user of that name."};
}

void sweep_dead(store::WriteTx& tx, std::int64_t user_id, std::int64_t now_ms) {
  tx.prepare(
        "DELETE FROM api_tokens WHERE user_id = ? AND "
        "(expires_at < ?2 OR coalesce(revoked_at, expires_at) < ?2)")
      .with(user_id, now_ms - k_dead_ms)
      .run();
}

Result<void> check_room(store::ReadTx& tx, std::int64_t user_id, std::int64_t epoch,
                        std::int64_t now_ms) {
  store::Statement row = tx.prepare(
      "SELECT count(*) FROM api_tokens WHERE user_id = ? AND epoch = ? AND revoked_at IS NULL AND "
      "expires_at > ?");
  row.with(user_id, epoch, now_ms).step();
  if (row.integer(0) < static_cast<std::int64_t>(limits::tokens_per_user)) return {};
  return Error{.code = Code::conflict,
               .message = "A user has at most " + std::to_string(limits::tokens_per_user) +
                          " tokens at a time.",
               .kind = "too_many_tokens",
               .hint = "revoke those that are not used"};
}

constexpr std::string_view k_columns =
    "SELECT t.uid, u.uid, u.email, t.name, t.hint, t.scopes, t.addresses, t.created_at, "
    "t.expires_at, t.last_used_at, t.revoked_at, "
    "t.epoch <> u.epoch OR u.status <> 'active' OR u.deleted_at IS NOT NULL "
    "FROM api_tokens t JOIN users u ON u.id = t.user_id ";

ApiToken read_token(const store::Statement& row) {
  return {.id = Uuid::from_blob(row.blob(0)),
          .user = Uuid::from_blob(row.blob(1)),
          .email = std::string(row.text(2)),
          .name = std::string(row.text(3)),
          .hint = std::string(row.text(4)),
          .scopes = from_json_list(row.text(5)),
          .addresses = from_json_list(row.text(6)),
          .created_at_ms = row.integer(7),
          .expires_at_ms = row.integer(8),
          .last_used_at_ms = instant_at(row, 9),
          .revoked_at_ms = instant_at(row, 10),
          .is_outdated = row.integer(11) != 0};
}

Result<ApiToken> find_token(store::ReadTx& tx, std::optional<std::int64_t> user_id,
                            const Uuid& id) {
  static const std::string k_sql =
      std::string(k_columns) + "WHERE t.uid = ? AND (?2 < 0 OR t.user_id = ?2)";
  store::Statement row = tx.prepare(k_sql);
  if (row.with(store::Blob{id.blob()}, user_id.value_or(-1)).step()) return read_token(row);
  return Error{.code = Code::not_found, .message = "There is no token with this id."};
}

// This machine itself ("unix" or nothing) is in no list of addresses.
std::function<bool(std::string_view)> allows(const std::vector<std::string>& addresses) {
  if (addresses.empty()) return {};
  std::vector<IpNetwork> networks;
  for (const std::string& text : addresses) {
    if (const auto network = IpNetwork::parse(text)) networks.push_back(*network);
  }
  return [networks = std::move(networks)](std::string_view address) {
    const auto ip = parse_ip(address);
    return ip && any_contains(networks, *ip);
  };
}

// What the audit trail tells of a token: everything but its secret.
void record(store::WriteTx& tx, const Context& context, const ApiToken& token,
            std::string_view action) {
  std::string detail;
  JsonWriter out(detail);
  write_api_token(out, token, context.now_ms);
  record_event(tx, context, "tokens", token.id, action, detail);
}

}  // namespace

std::string_view ApiToken::state(std::int64_t now_ms) const {
  if (revoked_at_ms) return "revoked";
  if (expires_at_ms <= now_ms) return "expired";
  return is_outdated ? "ended" : "active";
}

Result<MadeApiToken> create_api_token(store::WriteTx& tx, const Context& context,
                                      const Principal& owner, const NewApiToken& wanted,
                                      const TokenRules& rules, const Uuid& id, Random& random) {
  const std::int64_t now_ms = context.now_ms;
  TRY(check_wanted(wanted, owner.rights, rules, now_ms));
  const std::int64_t epoch = TRY(epoch_of_active(tx, owner.user_id));
  TRY(check_room(tx, owner.user_id, epoch, now_ms));
  sweep_dead(tx, owner.user_id, now_ms);
  std::string text = make_api_token(ApiTokenKind::personal, random);
  const Sha256 digest = sha256(text);
  const std::string scopes = to_json_list(wanted.scopes);
  const std::string addresses = to_json_list(wanted.addresses);
  tx.prepare(
        "INSERT INTO api_tokens (uid, user_id, name, token_hash, hint, epoch, scopes, addresses, "
        "created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .with(store::Blob{id.blob()}, owner.user_id, trim(wanted.name), store::Blob{bytes_of(digest)},
            std::string_view(text).substr(text.size() - k_hint_bytes), epoch,
            std::string_view(scopes), std::string_view(addresses), now_ms,
            expiry_of(wanted, rules, now_ms))
      .run();
  ApiToken token = TRY(find_token(tx, owner.user_id, id));
  record(tx, context, token, "create");
  return MadeApiToken{.text = std::move(text), .token = std::move(token)};
}

std::vector<ApiToken> list_api_tokens(store::ReadTx& tx, std::optional<std::int64_t> user_id,
                                      int limit, const std::optional<Uuid>& before) {
  static const std::string k_sql =
      std::string(k_columns) +
      "WHERE (?1 < 0 OR t.user_id = ?1) AND (?2 IS NULL OR t.id < (SELECT id FROM api_tokens "
      "WHERE uid = ?2)) ORDER BY t.id DESC LIMIT ?3";
  store::Statement rows = tx.prepare(k_sql);
  rows.bind(1, user_id.value_or(-1));
  if (before) rows.bind(2, store::Blob{before->blob()});
  else rows.bind(2, nullptr);
  rows.bind(3, std::int64_t{limit});
  std::vector<ApiToken> tokens;
  while (rows.step()) tokens.push_back(read_token(rows));
  return tokens;
}

Result<ApiToken> revoke_api_token(store::WriteTx& tx, const Context& context,
                                  std::optional<std::int64_t> user_id, const Uuid& id) {
  const ApiToken before = TRY(find_token(tx, user_id, id));
  if (before.revoked_at_ms) return before;
  tx.prepare("UPDATE api_tokens SET revoked_at = ? WHERE uid = ?")
      .with(context.now_ms, store::Blob{id.blob()})
      .run();
  accounts_changed(tx);
  ApiToken token = TRY(find_token(tx, user_id, id));
  record(tx, context, token, "revoke");
  return token;
}

std::optional<Credential> find_api_token(store::ReadTx& tx, const Sha256& digest,
                                         std::int64_t now_ms) {
  store::Statement row = tx.prepare(
      "SELECT id, user_id, epoch, scopes, addresses, expires_at, last_used_at FROM api_tokens "
      "WHERE token_hash = ? AND revoked_at IS NULL AND expires_at > ?");
  if (!row.with(store::Blob{bytes_of(digest)}, now_ms).step()) return std::nullopt;
  auto principal = user_principal(tx, row.integer(1), row.integer(2));
  if (!principal) return std::nullopt;
  principal->kind = Principal::Kind::token;
  principal->credential_id = row.integer(0);
  // A scope of a collection that this program no longer has grants nothing, and neither do those
  // beside it: the token is to be made anew.
  const auto scopes = rights_of_scopes(from_json_list(row.text(3)));
  principal->rights.narrow(scopes.ok() ? *scopes : Rights());
  return Credential{.principal = *std::move(principal),
                    .seen_at_ms = row.is_null(6) ? 0 : row.integer(6),
                    .ends_at_ms = row.integer(5),
                    .allows = allows(from_json_list(row.text(4)))};
}

}  // namespace kontor::crm
