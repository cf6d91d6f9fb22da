#include "crm/shape.h"

#include <algorithm>
#include <map>

#include "base/civil.h"
#include "base/uuid.h"
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

Error unknown_names(const std::vector<std::string>& fields, const std::vector<std::string>& paths) {
  Error error{
      .code = Code::malformed, .message = "Some names are not known.", .kind = "unknown_field"};
  const auto add = [&](std::string_view parameter, const std::string& name) {
    error.fields.push_back({.pointer = "?" + std::string(parameter),
                            .code = "unknown_field",
                            .detail = "There is no field \"" + name + "\" here."});
  };
  for (const std::string& name : fields) add("fields", name);
  for (const std::string& name : paths) add("expand", name);
  return error;
}

bool* metadata(Shape& shape, std::string_view name) {
  if (name == "version") return &shape.version;
  if (name == "created_at") return &shape.created_at;
  if (name == "updated_at") return &shape.updated_at;
  if (name == "created_by") return &shape.created_by;
  return nullptr;
}

// A name may be a field, a group of fields ("address"), metadata, or "lines".
bool show(Shape& shape, std::string_view name) {
  if (name == "id") return true;
  if (bool* shown = metadata(shape, name); shown != nullptr) return *shown = true;
  if (name == "lines" && shape.entity->lines != nullptr) return shape.lines = true;
  bool known = false;
  for (std::size_t i = 0; i < shape.entity->fields.size(); ++i) {
    const std::string_view field = shape.entity->fields[i].name;
    const bool grouped =
        field.size() > name.size() && field.starts_with(name) && field[name.size()] == '.';
    if (field == name || grouped) known = shape.fields[i] = true;
  }
  return known;
}

bool add_expansion(Shape& shape, std::string_view path, std::size_t depth) {
  const std::string_view head = path.substr(0, path.find('.'));
  for (std::size_t i = 0; i < shape.entity->fields.size(); ++i) {
    const Field& field = shape.entity->fields[i];
    const Entity* target = model::find_entity(field.target);
    if (field.kind != Kind::reference || target == nullptr ||
        field.name != std::string(head) + "_id")
      continue;
    auto found = std::find_if(shape.expansions.begin(), shape.expansions.end(),
                              [&](const Shape::Expansion& e) { return e.field == i; });
    if (found == shape.expansions.end()) {
      shape.expansions.push_back(
          {.field = i, .name = std::string(head), .shape = *shape_of(*target, {}, {})});
      found = std::prev(shape.expansions.end());
    }
    if (head.size() == path.size()) return true;
    return depth + 1 < k_expansion_depth &&
           add_expansion(found->shape, path.substr(head.size() + 1), depth + 1);
  }
  return false;
}

std::string field_expression(const Field& field) {
  const std::string column = model::column_of(field);
  if (field.kind != Kind::reference) return "t." + column;
  return "(SELECT r.uid FROM " + std::string(field.target) + " r WHERE r.id = t." + column + ")";
}

void write_field(JsonWriter& out, const Field& field, const Statement& row, int index) {
  if (field.kind == Kind::reference && !row.is_null(index)) {
    out.string(Uuid::from_blob(row.blob(index)).text());
  } else {
    model::write_json(out, field, stored_cell(field, row, index));
  }
}

// Fields of one entity, with those of a group gathered in an object.
template <class WriteField>
void write_fields(JsonWriter& out, const Entity& entity, const std::vector<bool>* shown,
                  WriteField write) {
  std::string_view open;
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    if (shown != nullptr && !(*shown)[i]) continue;
    const std::string_view name = entity.fields[i].name;
    const auto dot = name.find('.');
    const std::string_view group =
        dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
    if (group != open) {
      if (!open.empty()) out.end_object();
      if (!group.empty()) out.key(group).begin_object();
      open = group;
    }
    out.key(group.empty() ? name : name.substr(dot + 1));
    write(i);
  }
  if (!open.empty()) out.end_object();
}

void write_stored_lines(JsonWriter& out, ReadTx& tx, const Entity& entity, std::int64_t row_id) {
  const Entity& lines = *entity.lines;
  Statement row = tx.prepare(lines_select(lines, entity));
  row.with(row_id);
  out.begin_array();
  while (row.step()) {
    out.begin_object().key("id").string(Uuid::from_blob(row.blob(1)).text());
    write_fields(out, lines, nullptr, [&](std::size_t i) {
      write_field(out, lines.fields[i], row, 2 + static_cast<int>(i));
    });
    out.end_object();
  }
  out.end_array();
}

void write_expansion(JsonWriter& out, ReadTx& tx, const Shape& shape, std::int64_t row_id) {
  Statement row = tx.prepare("SELECT " + select_list(shape) + " FROM " +
                             std::string(shape.entity->collection) + " t WHERE t.id = ?");
  row.with(row_id);
  if (row.step()) {
    write_record(out, tx, shape, row);
  } else {
    out.null();
  }
}

}  // namespace

Cell stored_cell(const Field& field, const Statement& row, int index) {
  if (row.is_null(index)) return {};
  const bool integral = field.kind == Kind::boolean || field.kind == Kind::integer ||
                        field.kind == Kind::money || field.kind == Kind::unit_price ||
                        field.kind == Kind::quantity || field.kind == Kind::rate ||
                        field.kind == Kind::instant;
  if (integral) return {.null = false, .integer = row.integer(index)};
  return {.null = false, .text = row.text(index)};
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
      WholeRecord whole{.shape = *shape_of(*each, {}, {}), .select_by_id = {}};
      whole.select_by_id = select_by_id(whole.shape);
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

Result<Shape> shape_of(const Entity& entity, const std::vector<std::string>& fields,
                       const std::vector<std::string>& expand) {
  const bool all = fields.empty();
  Shape shape{.entity = &entity, .fields = std::vector<bool>(entity.fields.size(), all)};
  shape.version = shape.created_at = shape.updated_at = shape.created_by = all;
  shape.lines = all && entity.lines != nullptr;
  std::vector<std::string> unknown_fields, unknown_paths;
  for (const std::string& name : fields)
    if (!show(shape, name)) unknown_fields.push_back(name);
  for (const std::string& path : expand)
    if (!add_expansion(shape, path, 0)) unknown_paths.push_back(path);
  if (!unknown_fields.empty() || !unknown_paths.empty())
    return unknown_names(unknown_fields, unknown_paths);
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
  out.begin_object().key("id").string(Uuid::from_blob(row.blob(column::uid)).text());
  if (shape.version) out.key("version").integer(row.integer(column::version));
  write_fields(out, *shape.entity, &shape.fields, [&](std::size_t i) {
    write_field(out, shape.entity->fields[i], row, column::first_field + static_cast<int>(i));
  });
  if (shape.lines) {
    out.key("lines");
    write_stored_lines(out, tx, *shape.entity, row.integer(column::row_id));
  }
  int extra = column::first_field + static_cast<int>(shape.fields.size());
  for (const Shape::Expansion& expansion : shape.expansions) {
    out.key(expansion.name);
    write_expansion(out, tx, expansion.shape, row.integer(extra++));
  }
  if (shape.created_by) {
    out.key("created_by");
    row.is_null(column::created_by)
        ? out.null()
        : out.string(Uuid::from_blob(row.blob(column::created_by)).text());
  }
  if (shape.created_at)
    out.key("created_at").string(format_instant(row.integer(column::created_at)));
  if (shape.updated_at)
    out.key("updated_at").string(format_instant(row.integer(column::updated_at)));
  if (!row.is_null(column::deleted_at))
    out.key("deleted_at").string(format_instant(row.integer(column::deleted_at)));
  out.end_object();
}

void write_lines(JsonWriter& out, const Entity& lines, const std::vector<model::Record>& records) {
  out.begin_array();
  for (const model::Record& record : records) {
    out.begin_object().key("id").string(record.id.text());
    write_fields(out, lines, nullptr, [&](std::size_t i) {
      model::write_json(out, lines.fields[i], model::cell_of(record.values[i]));
    });
    out.end_object();
  }
  out.end_array();
}

}  // namespace kontor::crm
