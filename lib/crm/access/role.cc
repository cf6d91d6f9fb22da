#include "crm/access/role.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "model/registry.h"

extern "C" {
extern const char kontor_roles[], kontor_roles_end[];
}

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;

constexpr std::string_view k_lines = "lines.";
constexpr Act k_all_acts[] = {Act::read,   Act::create,      Act::update,     Act::remove,
                              Act::assign, Act::export_rows, Act::import_rows};
constexpr Reach k_all_reaches[] = {Reach::none, Reach::own, Reach::team, Reach::all};
constexpr Flag k_all_flags[] = {Flag::settings, Flag::users,         Flag::audit, Flag::backup,
                                Flag::see_cost, Flag::issue_invoice, Flag::refund};

// The value of a name; nullopt: it is the name of none.
template <class T, std::size_t N>
std::optional<T> named(const T (&all)[N], std::string_view name) {
  const auto* found =
      std::find_if(std::begin(all), std::end(all), [&](T each) { return name_of(each) == name; });
  return found != std::end(all) ? std::optional(*found) : std::nullopt;
}

template <class T, std::size_t N>
std::string names_of(const T (&all)[N]) {
  std::string names;
  for (const T each : all) names += (names.empty() ? "" : ", ") + std::string(name_of(each));
  return names;
}

std::string_view name_of_access(FieldAccess access) {
  return access == FieldAccess::hidden ? "hidden" : "read_only";
}

class RoleReader {
 public:
  explicit RoleReader(const Json& json) : json_(json) {}

  Result<Role> read() {
    if (json_.object() == nullptr) {
      fault("", "wrong_type", "A role is an object.");
      return verdict();
    }
    for (const JsonMember& member : *json_.object()) read_member(member);
    for (const char* name : {"name", "label"})
      if (json_.find(name) == nullptr)
        fault("/" + std::string(name), "required", "The " + std::string(name) + " is missing.");
    check_reaches();
    check_fields();
    return verdict();
  }

 private:
  void fault(std::string pointer, std::string code, std::string detail) {
    errors_.push_back(
        {.pointer = std::move(pointer), .code = std::move(code), .detail = std::move(detail)});
  }

  Result<Role> verdict() {
    if (errors_.empty()) return std::move(role_);
    const std::string message = errors_.size() == 1 ? errors_.front().detail
                                                    : std::to_string(errors_.size()) +
                                                          " things in the role cannot be accepted.";
    return Error{.code = Code::invalid,
                 .message = message,
                 .kind = "validation_failed",
                 .fields = std::move(errors_)};
  }

  void read_member(const JsonMember& member) {
    const auto& [name, value] = member;
    const std::string pointer = "/" + pointer_step(name);
    if (name == "name") return read_name(value);
    if (name == "label") return read_text(value, pointer, limits::role_label_bytes, role_.label);
    if (name == "description")
      return read_text(value, pointer, limits::role_description_bytes, role_.description);
    if (name == "collections") return read_collections(value);
    if (name == "fields") return read_fields(value);
    if (name == "flags") return read_flags(value);
    fault(pointer, "unknown_field", "There is no such field.");
  }

  void read_name(const Json& value) {
    const std::size_t most = limits::role_name_bytes;
    const std::string* text = value.string();
    const auto is_plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (text == nullptr || text->empty() || text->size() > most || *text->begin() < 'a' ||
        !std::all_of(text->begin(), text->end(), is_plain))
      return fault("/name", "invalid_name",
                   "A name is 1 to " + std::to_string(most) +
                       " small letters, digits, _ and -, and begins with a letter.");
    role_.name = *text;
  }

  void read_text(const Json& value, const std::string& pointer, std::size_t most,
                 std::string& into) {
    const std::string* text = value.string();
    if (text == nullptr) return fault(pointer, "wrong_type", "Must be a string.");
    if (text->size() > most)
      return fault(pointer, "too_long", "At most " + std::to_string(most) + " bytes.");
    if (text->empty() && pointer == "/label")
      return fault(pointer, "required", "The label must not be empty.");
    into = *text;
  }

  void read_collections(const Json& value) {
    if (value.object() == nullptr)
      return fault("/collections", "wrong_type", "Must be an object with a member a collection.");
    for (const JsonMember& member : *value.object()) {
      const std::string pointer = "/collections/" + pointer_step(member.first);
      const Entity* entity = model::find_entity(member.first);
      if (entity == nullptr) {
        fault(pointer, "unknown_collection", "There is no such collection.");
      } else {
        read_acts(*entity, member.second, pointer);
      }
    }
  }

  void read_acts(const Entity& entity, const Json& value, const std::string& at) {
    if (value.object() == nullptr)
      return fault(at, "wrong_type", "Must be an object: {\"read\": \"all\", …}.");
    for (const JsonMember& member : *value.object()) {
      const std::string pointer = at + "/" + pointer_step(member.first);
      const auto act = named(k_all_acts, member.first);
      if (!act) {
        fault(pointer, "unknown_act", "It can be: " + names_of(k_all_acts) + ".");
        continue;
      }
      const std::string* text = member.second.string();
      const auto reach = text != nullptr ? named(k_all_reaches, *text) : std::nullopt;
      if (!reach) {
        fault(pointer, "unknown_reach", "It can be: " + names_of(k_all_reaches) + ".");
        continue;
      }
      role_.rights.set(entity, *act, *reach);
    }
  }

  void read_fields(const Json& value) {
    if (value.object() == nullptr)
      return fault("/fields", "wrong_type", "Must be an object: {\"products.cost\": \"hidden\"}.");
    for (const JsonMember& member : *value.object()) read_field(member);
  }

  void read_field(const JsonMember& member) {
    const std::string pointer = "/fields/" + pointer_step(member.first);
    const std::string_view path = member.first;
    const auto dot = std::min(path.find('.'), path.size());
    FieldRule rule{.collection = model::find_entity(path.substr(0, dot))};
    std::string_view name = path.substr(std::min(dot + 1, path.size()));
    rule.of_lines = rule.collection != nullptr && rule.collection->lines != nullptr &&
                    name.starts_with(k_lines);
    if (rule.of_lines) name.remove_prefix(k_lines.size());
    const auto position =
        rule.collection != nullptr ? model::find_field(rule.entity(), name) : std::nullopt;
    if (!position)
      return fault(pointer, "unknown_field",
                   "There is no such field; write collection.field: products.cost.");
    rule.position = *position;
    const std::string* text = member.second.string();
    for (const FieldAccess access : {FieldAccess::hidden, FieldAccess::read_only}) {
      if (text == nullptr || *text != name_of_access(access)) continue;
      rule.access = access;
      role_.rights.set(rule.entity(), rule.position, access);
      role_.fields.push_back(rule);
      return;
    }
    fault(pointer, "unknown_access", "It can be: hidden, read_only.");
  }

  void read_flags(const Json& value) {
    if (value.array() == nullptr)
      return fault("/flags", "wrong_type", "Must be an array of names.");
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      const std::string* text = (*value.array())[i].string();
      const auto flag = text != nullptr ? named(k_all_flags, *text) : std::nullopt;
      if (!flag) {
        fault("/flags/" + std::to_string(i), "unknown_flag",
              "It can be: " + names_of(k_all_flags) + ".");
        continue;
      }
      role_.rights.set(*flag, true);
    }
  }

  // What cannot be seen cannot be changed: a right that goes further would promise what is not so.
  void check_reaches() {
    for (const Entity* entity : model::entities()) {
      const Reach read = role_.rights.reach(*entity, Act::read);
      for (const Act act : {Act::update, Act::remove, Act::assign, Act::export_rows}) {
        if (role_.rights.reach(*entity, act) <= read) continue;
        fault("/collections/" + std::string(entity->collection) + "/" + std::string(name_of(act)),
              "beyond_read",
              "It cannot reach further than read, which is " + std::string(name_of(read)) + ".");
      }
    }
  }

  void check_fields() {
    for (const FieldRule& rule : role_.fields) {
      const Field& field = rule.field();
      const std::string pointer = "/fields/" + rule.path();
      const bool is_needed =
          field.required && field.fallback.empty() &&
          (field.write == model::Write::anytime || field.write == model::Write::on_create);
      if (is_needed && role_.rights.reach(*rule.collection, Act::create) != Reach::none)
        fault(pointer, "needed",
              "The role may create " + std::string(rule.collection->collection) +
                  ", and none can be made without " + std::string(field.name) + ".");
      if (field.cost && role_.rights.has(Flag::see_cost) && rule.access == FieldAccess::hidden)
        fault(pointer, "contradiction", "The flag see_cost shows what this hides.");
    }
  }

  const Json& json_;
  Role role_;
  std::vector<FieldError> errors_;
};

std::vector<Role> read_built_in() {
  const std::string_view text(kontor_roles,
                              static_cast<std::size_t>(kontor_roles_end - kontor_roles));
  // The file is ours and tested: what is wrong with it is a broken build.
  const Result<Json> json = parse_json(text);
  CHECK(json.ok());
  const Json* all = json->find("roles");
  CHECK(all != nullptr && all->array() != nullptr);
  std::vector<Role> roles;
  for (const Json& each : *all->array()) {
    Result<Role> role = parse_role(each);
    CHECK(role.ok());
    roles.push_back(*std::move(role));
  }
  return roles;
}

}  // namespace

std::string FieldRule::path() const {
  std::string text = std::string(collection->collection) + ".";
  if (of_lines) text += k_lines;
  return text.append(field().name);
}

Result<Role> parse_role(const Json& json) { return RoleReader(json).read(); }

void write_role(JsonWriter& out, const Role& role) {
  out.key("name").string(role.name).key("label").string(role.label);
  out.key("description").string(role.description).key("collections").begin_object();
  for (const Entity* entity : model::entities()) {
    out.key(entity->collection).begin_object();
    for (const Act act : k_all_acts)
      out.key(name_of(act)).string(name_of(role.rights.reach(*entity, act)));
    out.end_object();
  }
  out.end_object().key("fields").begin_object();
  for (const FieldRule& rule : role.fields) {
    out.key(rule.path()).string(name_of_access(rule.access));
  }
  out.end_object().key("flags").begin_array();
  for (const Flag flag : k_all_flags)
    if (role.rights.has(flag)) out.string(name_of(flag));
  out.end_array();
}

std::string role_json(const Role& role) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  write_role(out, role);
  out.end_object();
  return text;
}

Rights rights_of(const Role& role) { return role.rights; }

const std::vector<Role>& built_in_roles() {
  static const std::vector<Role> all = read_built_in();
  return all;
}

const Role* find_built_in_role(std::string_view name) {
  for (const Role& role : built_in_roles())
    if (role.name == name) return &role;
  return nullptr;
}

}  // namespace kontor::crm
