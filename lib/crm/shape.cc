#include "crm/shape.h"

#include <algorithm>
#include <map>

#include "base/civil.h"
#include "base/uuid.h"
#include "crm/access/field_rules.h"
#include "model/encode.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Cell;
using model::Entity;
using model::Field;
using model::Kind;
using store::ReadTx;
using store::Statement;

constexpr std::size_t k_expansion_depth = 2;

FieldError unknown_name(std::string_view parameter, const std::string& name) {
  return {.pointer = std::string(parameter),
          .code = "unknown_field",
          .detail = "There is no field \"" + name + "\" here."};
}

bool* metadata(Shape& shape, std::string_view name) {
  if (name == "version") return &shape.version;
  if (name == "created_at") return &shape.created_at;
  if (name == "updated_at") return &shape.updated_at;
  if (name == "created_by") return &shape.created_by;
  return nullptr;
}

enum class Naming { unknown, hidden, shown };

// A name may be a field, a group of fields ("address"), metadata, or "lines".
Naming show(Shape& shape, const Rights& rights, std::string_view name) {
  if (name == "id") return Naming::shown;
  if (bool* shown = metadata(shape, name); shown != nullptr) {
    *shown = true;
    return Naming::shown;
  }
  if (name == "lines" && shape.entity->lines != nullptr) {
    shape.lines = true;
    return Naming::shown;
  }
  Naming naming = Naming::unknown;
  for (std::size_t i = 0; i < shape.entity->fields.size(); ++i) {
    const std::string_view field = shape.entity->fields[i].name;
    const bool grouped =
        field.size() > name.size() && field.starts_with(name) && field[name.size()] == '.';
    if (field != name && !grouped) continue;
    shape.fields[i] = rights.field(*shape.entity, i) != FieldAccess::hidden;
    naming = std::max(naming, shape.fields[i] ? Naming::shown : Naming::hidden);
  }
  return naming;
}

// Everything that the caller may see.
Shape whole_shape(const Principal& principal, const Entity& entity) {
  const Rights& rights = principal.rights;
  Shape shape{.entity = &entity, .fields = std::vector<bool>(entity.fields.size(), true)};
  shape.lines = entity.lines != nullptr;
  if (!rights.hides_fields(entity)) return shape;
  for (std::size_t i = 0; i < entity.fields.size(); ++i)
    shape.fields[i] = rights.field(entity, i) != FieldAccess::hidden;
  if (entity.lines == nullptr) return shape;
  for (std::size_t i = 0; i < entity.lines->fields.size(); ++i)
    shape.line_fields.push_back(rights.field(*entity.lines, i) != FieldAccess::hidden);
  return shape;
}

Naming add_expansion(Shape& shape, const Principal& principal, std::string_view path,
                     std::size_t depth) {
  const std::string_view head = path.substr(0, path.find('.'));
  for (std::size_t i = 0; i < shape.entity->fields.size(); ++i) {
    const Field& field = shape.entity->fields[i];
    const Entity* target = model::find_entity(field.target);
    if (field.kind != Kind::reference || target == nullptr ||
        field.name != std::string(head) + "_id")
      continue;
    if (principal.rights.field(*shape.entity, i) == FieldAccess::hidden) return Naming::hidden;
    auto found = std::find_if(shape.expansions.begin(), shape.expansions.end(),
                              [&](const Shape::Expansion& e) { return e.field == i; });
    if (found == shape.expansions.end()) {
      shape.expansions.push_back({.field = i,
                                  .name = std::string(head),
                                  .shape = whole_shape(principal, *target),
                                  .seen = rows_within(principal, *target, Act::read)});
      found = std::prev(shape.expansions.end());
    }
    if (head.size() == path.size()) return Naming::shown;
    if (depth + 1 == k_expansion_depth) return Naming::unknown;
    return add_expansion(found->shape, principal, path.substr(head.size() + 1), depth + 1);
  }
  return Naming::unknown;
}

std::string field_expression(const Field& field) {
  const std::string column = model::column_of(field);
  if (field.kind != Kind::reference) return "t." + column;
  return "(SELECT r.uid FROM " + std::string(field.target) + " r WHERE r.id = t." + column + ")";
}

void write_id(JsonWriter& out, const Statement& row, int index) {
  const auto text = Uuid::from_blob(row.blob(index)).characters();
  out.plain({text.data(), text.size()});
}

void write_instant(JsonWriter& out, const Statement& row, int index) {
  const auto text = instant_characters(row.integer(index));
  out.plain({text.data(), text.size()});
}

// What stands before a value: half of the bytes of a list are names.
struct Name {
  std::string_view group;  // "address" of "address.city", or none
  std::string group_key;   // `,"address":`
  std::string key;         // `,"city":`
  std::string null;        // `,"city":null`
};

using Names = std::vector<Name>;

std::string key_text(std::string_view name) { return ",\"" + std::string(name) + "\":"; }

Names make_names(const Entity& entity) {
  Names names;
  for (const Field& field : entity.fields) {
    const auto dot = field.name.find('.');
    const bool grouped = dot != std::string_view::npos;
    const std::string_view group = grouped ? field.name.substr(0, dot) : std::string_view();
    const std::string key = key_text(grouped ? field.name.substr(dot + 1) : field.name);
    names.push_back(
        {.group = group, .group_key = key_text(group), .key = key, .null = key + "null"});
  }
  return names;
}

const Names& names_of(const Entity& entity) {
  static const auto all = [] {
    std::map<const Entity*, Names> made;
    for (const Entity* each : model::entities()) {
      made.emplace(each, make_names(*each));
      if (each->lines != nullptr) made.emplace(each->lines, make_names(*each->lines));
    }
    return made;
  }();
  return all.at(&entity);
}

void write_field(JsonWriter& out, const Name& name, const Field& field, const Statement& row,
                 int index) {
  const Cell cell = stored_cell(row, index);
  if (cell.null) {
    out.prepared_member(name.null);
  } else if (field.kind == Kind::reference) {
    const auto text = Uuid::from_blob(cell.text).characters();
    out.prepared_key(name.key).plain({text.data(), text.size()});
  } else {
    model::write_json(out.prepared_key(name.key), field, cell);
  }
}

// Fields of one entity, with those of a group gathered in an object.
template <class WriteField>
void write_fields(JsonWriter& out, const Entity& entity, const std::vector<bool>* shown,
                  WriteField write) {
  const Names& names = names_of(entity);
  std::string_view open;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (shown != nullptr && !(*shown)[i]) continue;
    const Name& name = names[i];
    if (name.group != open) {
      if (!open.empty()) out.end_object();
      if (!name.group.empty()) out.prepared_key(name.group_key).begin_object();
      open = name.group;
    }
    write(name, i);
  }
  if (!open.empty()) out.end_object();
}

void write_stored_lines(JsonWriter& out, ReadTx& tx, const Shape& shape, std::int64_t row_id) {
  const Entity& lines = *shape.entity->lines;
  const std::vector<bool>* shown = shape.line_fields.empty() ? nullptr : &shape.line_fields;
  Statement row = tx.prepare(whole_record(*shape.entity).select_lines);
  row.with(row_id);
  out.begin_array();
  while (row.step()) {
    write_id(out.begin_object().key("id"), row, 1);
    write_fields(out, lines, shown, [&](const Name& name, std::size_t i) {
      write_field(out, name, lines.fields[i], row, 2 + static_cast<int>(i));
    });
    out.end_object();
  }
  out.end_array();
}

void write_expansion(JsonWriter& out, ReadTx& tx, const Shape::Expansion& expansion,
                     std::int64_t row_id) {
  const Shape& shape = expansion.shape;
  Statement row =
      tx.prepare("SELECT " + select_list(shape) + " FROM " + std::string(shape.entity->collection) +
                 " t WHERE t.id = ?" + expansion.seen.and_sql());
  row.with(row_id);
  int mark = 1;
  for (const std::int64_t holder : expansion.seen.parameters) row.bind(++mark, holder);
  if (row.step()) {
    write_record(out, tx, shape, row);
  } else {
    out.null();
  }
}

}  // namespace

Cell stored_cell(const Statement& row, int index) {
  const store::StoredValue stored = row.value(index);
  return {.null = stored.null, .integer = stored.integer, .text = stored.text};
}

std::string lines_select(const Entity& lines, const Entity& owner) {
  std::string text = "SELECT t.id, t.uid";
  for (const Field& field : lines.fields) text += ", " + field_expression(field);
  return text + " FROM " + std::string(lines.collection) + " t WHERE t." + std::string(owner.name) +
         "_id = ? ORDER BY t.position";
}

const WholeRecord& whole_record(const Entity& entity) {
  static const auto all = [] {
    std::map<const Entity*, WholeRecord> made;
    for (const Entity* each : model::entities()) {
      WholeRecord whole{.shape = whole_shape(*Principal::program(), *each),
                        .select_by_id = {},
                        .select_lines = {}};
      whole.select_by_id = select_by_id(whole.shape);
      if (each->lines != nullptr) whole.select_lines = lines_select(*each->lines, *each);
      made.emplace(each, std::move(whole));
    }
    return made;
  }();
  return all.at(&entity);
}

std::string select_by_id(const Shape& shape) {
  return "SELECT " + select_list(shape) + " FROM " + std::string(shape.entity->collection) +
         " t WHERE t.uid = ?";
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

Result<Shape> shape_of(const Principal& principal, const Entity& entity,
                       const std::vector<std::string>& fields,
                       const std::vector<std::string>& expand) {
  Shape shape = whole_shape(principal, entity);
  if (!fields.empty()) {
    std::fill(shape.fields.begin(), shape.fields.end(), false);
    shape.version = shape.created_at = shape.updated_at = shape.created_by = shape.lines = false;
  }
  std::vector<FieldError> unknown, hidden;
  const auto take = [&](std::string_view parameter, const std::string& name, Naming naming) {
    if (naming == Naming::unknown) unknown.push_back(unknown_name(parameter, name));
    if (naming == Naming::hidden) hidden.push_back(hidden_field(parameter, name));
  };
  for (const std::string& name : fields) take("?fields", name, show(shape, principal.rights, name));
  for (const std::string& path : expand)
    take("?expand", path, add_expansion(shape, principal, path, 0));
  if (!hidden.empty()) return fields_forbidden(std::move(hidden));
  if (!unknown.empty()) {
    return Error{.code = Code::malformed,
                 .message = "Some names are not known.",
                 .kind = "unknown_field",
                 .fields = std::move(unknown)};
  }
  return shape;
}

std::string select_list(const Shape& shape) {
  std::string text =
      "t.id, t.uid, t.version, t.created_at, t.updated_at, t.deleted_at, "
      "(SELECT r.uid FROM users r WHERE r.id = t.created_by)";
  for (std::size_t i = 0; i < shape.fields.size(); ++i)
    text += shape.fields[i] ? ", " + field_expression(shape.entity->fields[i]) : ", NULL";
  for (const Shape::Expansion& expansion : shape.expansions)
    text += ", t." + model::column_of(shape.entity->fields[expansion.field]);
  return text;
}

void write_record(JsonWriter& out, ReadTx& tx, const Shape& shape, const Statement& row) {
  write_id(out.begin_object().key("id"), row, column::uid);
  if (shape.version) out.prepared_key(R"(,"version":)").integer(row.integer(column::version));
  write_fields(out, *shape.entity, &shape.fields, [&](const Name& name, std::size_t i) {
    write_field(out, name, shape.entity->fields[i], row, column::first_field + static_cast<int>(i));
  });
  if (shape.lines) {
    out.key("lines");
    write_stored_lines(out, tx, shape, row.integer(column::row_id));
  }
  int extra = column::first_field + static_cast<int>(shape.fields.size());
  for (const Shape::Expansion& expansion : shape.expansions) {
    out.key(expansion.name);
    write_expansion(out, tx, expansion, row.integer(extra++));
  }
  if (shape.created_by) {
    out.prepared_key(R"(,"created_by":)");
    if (row.is_null(column::created_by)) out.null();
    else write_id(out, row, column::created_by);
  }
  if (shape.created_at)
    write_instant(out.prepared_key(R"(,"created_at":)"), row, column::created_at);
  if (shape.updated_at)
    write_instant(out.prepared_key(R"(,"updated_at":)"), row, column::updated_at);
  if (!row.is_null(column::deleted_at))
    write_instant(out.key("deleted_at"), row, column::deleted_at);
  out.end_object();
}

void write_lines(JsonWriter& out, const Entity& lines, const std::vector<model::Record>& records) {
  out.begin_array();
  for (const model::Record& record : records) {
    out.begin_object().key("id").string(record.id.text());
    write_fields(out, lines, nullptr, [&](const Name& name, std::size_t i) {
      model::write_json(out.prepared_key(name.key), lines.fields[i],
                        model::cell_of(record.values[i]));
    });
    out.end_object();
  }
  out.end_array();
}

}  // namespace kontor::crm
