#include <charconv>
#include <optional>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/setting.h"
#include "composition.h"
#include "crm/accounts/api_tokens.h"
#include "crm/accounts/user_principal.h"
#include "crm/accounts/users.h"
#include "operations/operation.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_day_ms = k_day_s * 1000;
constexpr std::int64_t k_most_days = 100'000;  // far beyond any policy, which has the last word

std::optional<std::int64_t> parse_days(std::string_view text) {
  if (!text.ends_with('d')) return std::nullopt;
  std::int64_t days = 0;
  const char* end = text.data() + text.size() - 1;
  const auto parsed = std::from_chars(text.data(), end, days);
  if (parsed.ec != std::errc() || parsed.ptr != end || days < 1 || days > k_most_days)
    return std::nullopt;
  return days;
}

// "30d" from now, or an instant; nullopt: not given.
Result<std::optional<std::int64_t>> parse_expiry(const std::string& text, std::int64_t now_ms) {
  if (text.empty()) return std::optional<std::int64_t>();
  if (const auto days = parse_days(text)) return std::optional(now_ms + *days * k_day_ms);
  if (const auto instant = parse_instant(text)) return std::optional(*instant);
  return Error{.code = Code::usage,
               .message = "--expires " + text + " is neither days nor an instant.",
               .kind = "usage",
               .hint = "--expires 30d, or --expires 2027-01-31T00:00:00Z"};
}

Result<crm::User> user_named(store::ReadTx& tx, const std::string& email) {
  if (auto user = crm::find_user_by_email(tx, email)) return *std::move(user);
  return Error{.code = Code::not_found,
               .message = "There is no user " + email + ".",
               .kind = "no_such_user",
               .hint = "kontor user list"};
}

Result<crm::Principal> owner_named(store::ReadTx& tx, const std::string& email) {
  const crm::User user = TRY(user_named(tx, email));
  if (auto owner = crm::user_principal(tx, user.row_id, user.epoch)) return *std::move(owner);
  return Error{.code = Code::conflict,
               .message = email + " is disabled, and can have no token.",
               .kind = "user_disabled",
               .hint = "kontor user enable " + email};
}

std::string made_json(const crm::MadeApiToken& made, std::int64_t now_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("token").string(made.text).key("details");
  crm::write_api_token(out, made.token, now_ms);
  out.end_object();
  return text;
}

std::string token_json(const crm::ApiToken& token, std::int64_t now_ms) {
  std::string text;
  JsonWriter out(text);
  crm::write_api_token(out, token, now_ms);
  return text;
}

}  // namespace

Result<std::string> create_token(const OperationContext& context, OperationCall& call) {
  const std::int64_t now_ms = context.clock.now_ms();
  crm::NewApiToken wanted{.name = call.text("name"),
                          .scopes = split_list(call.text("scopes")),
                          .addresses = split_list(call.text("addresses"))};
  wanted.expires_at_ms = TRY(parse_expiry(call.text("expires"), now_ms));
  const Uuid id = context.records.new_id();
  return context.store.write([&](store::WriteTx& tx) -> Result<std::string> {
    const crm::Principal owner = TRY(owner_named(tx, call.text("user")));
    const crm::MadeApiToken made =
        TRY(crm::create_api_token(tx, {.now_ms = now_ms}, owner, wanted,
                                  context.accounts.settings().tokens, id, context.random));
    return made_json(made, now_ms);
  });
}

Result<std::string> revoke_token(const OperationContext& context, OperationCall& call) {
  const auto id = Uuid::parse(call.text("id"));
  if (!id) {
    return Error{.code = Code::usage,
                 .message = "A token is named by its id.",
                 .kind = "usage",
                 .hint = "kontor token list"};
  }
  const std::int64_t now_ms = context.clock.now_ms();
  return context.store.write([&](store::WriteTx& tx) -> Result<std::string> {
    const crm::ApiToken token =
        TRY(crm::revoke_api_token(tx, {.now_ms = now_ms}, std::nullopt, *id));
    return token_json(token, now_ms);
  });
}

}  // namespace kontor::app
