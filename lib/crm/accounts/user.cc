#include "crm/accounts/user.h"

#include "base/civil.h"

namespace kontor::crm {
namespace {

void write_instant(JsonWriter& out, std::string_view name, std::optional<std::int64_t> at_ms) {
  out.key(name);
  at_ms ? out.string(format_instant(*at_ms)) : out.null();
}

}  // namespace

void write_json(JsonWriter& out, const User& user) {
  out.begin_object().key("id").string(user.id.text());
  out.key("version").integer(user.version);
  write_instant(out, "created_at", user.created_at_ms);
  write_instant(out, "updated_at", user.updated_at_ms);
  out.key("email").string(user.email).key("name").string(user.name);
  out.key("status").string(user.active ? "active" : "disabled");
  out.key("roles").begin_array();
  for (const std::string& role : user.roles) out.string(role);
  out.end_array().key("teams").begin_array();
  for (const Uuid& team : user.teams) out.string(team.text());
  out.end_array().key("has_password").boolean(!user.password_hash.empty());
  write_instant(out, "password_set_at", user.password_set_at_ms);
  out.key("two_factor").boolean(user.has_second_factor);
  write_instant(out, "last_sign_in_at", user.last_sign_in_at_ms);
  out.key("language").string(user.language).key("timezone").string(user.timezone);
  out.end_object();
}

std::string to_json(const User& user) {
  std::string text;
  JsonWriter out(text);
  write_json(out, user);
  return text;
}

}  // namespace kontor::crm
