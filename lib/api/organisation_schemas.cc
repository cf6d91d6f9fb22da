#include "api/organisation_schemas.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "crm/organisation/organisation_field.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_group = "address.";

void write_field(JsonWriter& out, const crm::OrganisationField& field, std::string_view name) {
  out.key(name).begin_object().key("type").raw(R"(["string","null"])");
  out.key("maxLength").integer(static_cast<std::int64_t>(field.max_bytes));
  out.key("description").string(field.help).end_object();
}

// Those of the table, `address` as an object of its own.
void write_properties(JsonWriter& out) {
  bool is_open = false;
  for (const crm::OrganisationField& field : crm::organisation_fields()) {
    const bool is_grouped = field.name.starts_with(k_group);
    if (is_grouped && !is_open)
      out.key("address")
          .begin_object()
          .key("type")
          .string("object")
          .key("properties")
          .begin_object();
    if (!is_grouped && is_open)
      out.end_object().key("additionalProperties").boolean(false).end_object();
    is_open = is_grouped;
    write_field(out, field, is_grouped ? field.name.substr(k_group.size()) : field.name);
  }
}

void write_names(JsonWriter& out) {
  bool has_address = false;
  for (const crm::OrganisationField& field : crm::organisation_fields()) {
    if (!field.name.starts_with(k_group)) out.string(field.name);
    else if (!std::exchange(has_address, true)) out.string("address");
  }
}

void begin(JsonWriter& out, std::string_view name) {
  out.key(name).begin_object().key("type").string("object");
}

void end(JsonWriter& out) { out.key("additionalProperties").boolean(false).end_object(); }

}  // namespace

void write_organisation_schemas(JsonWriter& out) {
  begin(out, "Organisation");
  out.key("properties").begin_object();
  out.key("version").raw(R"({"type":"integer","minimum":1})");
  out.key("updated_at").raw(R"({"type":["string","null"],"format":"date-time"})");
  write_properties(out);
  out.key("origins").begin_object().key("type").string("object");
  out.key("additionalProperties").raw(R"({"type":"string"})");
  out.key("description")
      .string(
          "Field → where its value comes from: default (nobody has set it), organisation (it was "
          "set "
          "here), or what the operator has set, where alone it can be changed.");
  out.end_object().end_object().key("required").begin_array().string("version");
  out.string("updated_at").string("origins");
  write_names(out);
  end(out.end_array());

  begin(out, "OrganisationPatch");
  out.key("description").string("null takes a value back, and the built-in one holds.");
  out.key("properties").begin_object();
  write_properties(out);
  end(out.end_object());

  begin(out, "MetaOrganisation");
  out.key("properties").begin_object();
  write_properties(out);
  out.end_object().key("required").begin_array();
  write_names(out);
  end(out.end_array());
}

}  // namespace kontor::api
