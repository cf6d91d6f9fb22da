// Roles: rights under a name. The built-in ones are schema/roles.json, which a person can read; the
// ones that a firm makes are written in the same form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "crm/access/rights.h"

namespace kontor::crm {

struct FieldRule {
  const model::Entity* collection = nullptr;
  bool of_lines = false;     // a field of the collection's lines
  std::size_t position = 0;  // of the field
  FieldAccess access = FieldAccess::hidden;

  const model::Entity& entity() const { return of_lines ? *collection->lines : *collection; }
  const model::Field& field() const { return entity().fields[position]; }
  std::string path() const;  // "products.cost", "orders.lines.unit_price"
};

struct Role {
  std::string name;  // what users are given: "sales"
  std::string label;
  std::string description = {};
  Rights rights = {};
  std::vector<FieldRule> fields = {};  // those of `rights`, as they were written
};

// {"name", "label", "description"?, "collections": {"customers": {"read": "team", …}, …},
// "fields"?:
// {"products.cost": "hidden"}, "flags"?: ["refund"]}. What is not named is not allowed. Every
// mistake is reported at once (Code::invalid, with its pointer): unknown names, and what cannot
// work:
//  beyond_read   update, delete, assign or export reaches further than read
//  needed        a role that creates records may not set a field without which there is no record
//  contradiction a field of costs has a rule, and see_cost says otherwise
Result<Role> parse_role(const Json& json);

// The members of a role as parse_role reads them, into an object that is open.
void write_role(JsonWriter& out, const Role& role);
std::string role_json(const Role& role);

Rights rights_of(const Role& role);

// In the order of the file. Thread-safe, as is the next.
const std::vector<Role>& built_in_roles();
const Role* find_built_in_role(std::string_view name);  // nullptr: there is none

}  // namespace kontor::crm
