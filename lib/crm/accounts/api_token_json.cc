#include "base/civil.h"
#include "crm/accounts/api_tokens.h"

namespace kontor::crm {
namespace {

void write_instant(JsonWriter& out, std::string_view name, std::optional<std::int64_t> ms) {
  out.key(name);
  if (ms) out.string(format_instant(*ms));
  else out.null();
}

void write_list(JsonWriter& out, std::string_view name, const std::vector<std::string>& items) {
  out.key(name).begin_array();
  for (const std::string& item : items) out.string(item);
  out.end_array();
}

}  // namespace

void write_api_token(JsonWriter& out, const ApiToken& token, std::int64_t now_ms) {
  out.begin_object().key("id").string(token.id.text());
  out.key("user_id").string(token.user.text()).key("email").string(token.email);
  out.key("name").string(token.name).key("hint").string(token.hint);
  out.key("state").string(token.state(now_ms));
  write_list(out, "scopes", token.scopes);
  write_list(out, "addresses", token.addresses);
  write_instant(out, "created_at", token.created_at_ms);
  write_instant(out, "expires_at", token.expires_at_ms);
  write_instant(out, "last_used_at", token.last_used_at_ms);
  write_instant(out, "revoked_at", token.revoked_at_ms);
  out.end_object();
}

}  // namespace kontor::crm
