#include "api/user_json.h"

#include "base/civil.h"
#include "base/json_writer.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

void write_flags(JsonWriter& out, const crm::Rights& rights) {
  out.key("flags").begin_array();
  for (std::size_t i = 0; i < crm::k_flags; ++i) {
    const auto flag = static_cast<crm::Flag>(i);
    if (rights.has(flag)) out.string(crm::name_of(flag));
  }
  out.end_array();
}

void write_rights(JsonWriter& out, const crm::Rights& rights) {
  out.key("rights").begin_object();
  for (const model::Entity* entity : model::entities()) {
    out.key(entity->collection).begin_object();
    for (std::size_t i = 0; i < crm::k_acts; ++i) {
      const auto act = static_cast<crm::Act>(i);
      out.key(crm::name_of(act)).string(crm::name_of(rights.reach(*entity, act)));
    }
    out.end_object();
  }
  out.end_object();
}

void write_restricted(JsonWriter& out, const crm::Rights& rights, const model::Entity& entity,
                      const std::string& prefix) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const crm::FieldAccess access = rights.field(entity, i);
    if (access == crm::FieldAccess::open) continue;
    out.key(prefix + std::string(entity.fields[i].name));
    out.string(access == crm::FieldAccess::hidden ? "hidden" : "read_only");
  }
}

// Named as role files name them: "products.cost", "orders.lines.cost".
void write_fields(JsonWriter& out, const crm::Rights& rights) {
  out.key("fields").begin_object();
  for (const model::Entity* entity : model::entities()) {
    const std::string prefix = std::string(entity->collection) + ".";
    write_restricted(out, rights, *entity, prefix);
    if (entity->lines != nullptr) write_restricted(out, rights, *entity->lines, prefix + "lines.");
  }
  out.end_object();
}

}  // namespace

std::string me_json(const crm::User& user, const crm::Principal& principal) {
  const bool is_session = principal.kind == crm::Principal::Kind::session;
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("user");
  crm::write_json(out, user);
  out.key("preferences").raw(user.preferences);
  out.key("credential").string(is_session ? "session" : "token").key("confirmed_at");
  is_session ? out.string(format_instant(principal.confirmed_at_ms)) : out.null();
  write_flags(out, principal.rights);
  write_rights(out, principal.rights);
  write_fields(out, principal.rights);
  out.end_object();
  return text;
}

}  // namespace kontor::api
