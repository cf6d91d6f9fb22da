#include "crm/exports/postgresql.h"

#include <algorithm>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "crm/exports/export_rows.h"
#include "crm/list_sql.h"
#include "crm/shape.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;
using store::Statement;

std::string_view type_of(const Field& field) {
  switch (field.kind) {
    case Kind::boolean: return "boolean";
    case Kind::integer:
    case Kind::money: return "bigint";
    case Kind::unit_price:
    case Kind::quantity: return "numeric(20,4)";
    case Kind::rate: return "numeric(7,6)";
    case Kind::date: return "date";
    case Kind::instant: return "timestamptz";
    case Kind::reference: return "uuid";
    case Kind::tags: return "text[]";
    case Kind::custom: return "jsonb";
    default: return "text";
  }
}

// A value in COPY's text format: one line, columns divided by tabs.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      default: out += c;
    }
  }
}

// ["a","b"] → {"a","b"}
std::string array_text(std::string_view json) {
  std::string text = "{";
  const auto tags = parse_json(json);
  if (tags.ok() && tags->array() != nullptr) {
    for (const Json& tag : *tags->array()) {
      if (tag.string() == nullptr) continue;
      text += text.size() > 1 ? ",\"" : "\"";
      for (const char c : *tag.string()) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
  }
  return text + "}";
}

void append_value(std::string& out, const Field& field, const Statement& row, int column) {
  if (row.is_null(column)) {
    out += "\\N";
    return;
  }
  switch (field.kind) {
    case Kind::boolean: out += row.integer(column) != 0 ? "t" : "f"; break;
    case Kind::reference: out += Uuid::from_blob(row.blob(column)).text(); break;
    case Kind::tags: append_escaped(out, array_text(row.text(column))); break;
    default: append_escaped(out, model::to_text(field, stored_cell(row, column)));
  }
}

class Script {
 public:
  Script(store::ReadTx& tx, const ScriptSink& sink) : tx_(tx), sink_(sink) {}

  Result<std::int64_t> write(std::span<const Entity* const> entities) {
    text_ =
        "-- For psql 15 or later, into a database without these tables.\n"
        "\\set ON_ERROR_STOP on\n"
        "BEGIN;\nSET LOCAL client_encoding = 'UTF8';\nSET LOCAL standard_conforming_strings = on;\n"
        "SET LOCAL DateStyle = 'ISO, YMD';\n";
    for (const Entity* entity : entities) {
      create_table(*entity);
      if (entity->lines != nullptr) create_lines_table(*entity);
    }
    for (const Entity* entity : entities) {
      TRY(copy_records(*entity));
      if (entity->lines != nullptr) TRY(copy_lines(*entity));
    }
    for (const Entity* entity : entities) {
      add_foreign_keys(*entity, entities);
      if (entity->lines != nullptr) add_foreign_keys(*entity->lines, entities);
    }
    text_ += "COMMIT;\n";
    TRY(sink_(text_));
    return records_;
  }

 private:
  static std::string columns_of(const Entity& entity) {
    std::string text;
    for (const Field& field : entity.fields) text += ", " + model::column_of(field);
    return text;
  }

  void add_columns(const Entity& entity) {
    for (const Field& field : entity.fields)
      text_.append(",\n  ")
          .append(model::column_of(field))
          .append(" ")
          .append(type_of(field))
          .append(field.required ? " NOT NULL" : "");
  }

  void create_table(const Entity& entity) {
    text_ += "\nCREATE TABLE " + std::string(entity.collection) +
             " (\n  id uuid PRIMARY KEY,\n  version bigint NOT NULL,\n"
             "  created_at timestamptz NOT NULL,\n  updated_at timestamptz NOT NULL,\n"
             "  deleted_at timestamptz,\n  created_by uuid";
    add_columns(entity);
    text_ += "\n);\n";
  }

  void create_lines_table(const Entity& owner) {
    const Entity& lines = *owner.lines;
    const std::string key = std::string(owner.name) + "_id";
    text_ += "\nCREATE TABLE " + std::string(lines.collection) + " (\n  id uuid PRIMARY KEY,\n  " +
             key + " uuid NOT NULL REFERENCES " + std::string(owner.collection) +
             ",\n  position integer NOT NULL";
    add_columns(lines);
    text_ += ",\n  UNIQUE (" + key + ", position)\n);\n";
  }

  Result<void> copy_records(const Entity& entity) {
    const Shape& shape = whole_record(entity).shape;
    const ListStatement list = each_statement(whole_collection(entity, Trash::shown), shape, {});
    text_ += "\nCOPY " + std::string(entity.collection) +
             " (id, version, created_at, updated_at, deleted_at, created_by" + columns_of(entity) +
             ") FROM stdin;\n";
    Statement row = tx_.prepare(list.sql);
    bind(row, list);
    while (row.step()) {
      ++records_;
      text_ += Uuid::from_blob(row.blob(column::uid)).text() + "\t" +
               std::to_string(row.integer(column::version)) + "\t" +
               format_instant(row.integer(column::created_at)) + "\t" +
               format_instant(row.integer(column::updated_at)) + "\t";
      text_ +=
          row.is_null(column::deleted_at) ? "\\N" : format_instant(row.integer(column::deleted_at));
      text_ += "\t";
      text_ += row.is_null(column::created_by)
                   ? "\\N"
                   : Uuid::from_blob(row.blob(column::created_by)).text();
      TRY(end_row(entity, row, column::first_field));
    }
    text_ += "\\.\n";
    return {};
  }

  Result<void> copy_lines(const Entity& owner) {
    const Entity& lines = *owner.lines;
    const std::string table(owner.collection);
    text_ += "\nCOPY " + std::string(lines.collection) + " (id, " + std::string(owner.name) +
             "_id, position" + columns_of(lines) + ") FROM stdin;\n";
    Statement record = tx_.prepare("SELECT id, uid FROM " + table + " ORDER BY id");
    const std::string sql = lines_select(lines, owner);
    while (record.step()) {
      Statement row = tx_.prepare(sql);
      row.with(record.integer(0));
      const std::string owner_id = Uuid::from_blob(record.blob(1)).text();
      for (int position = 0; row.step(); ++position) {
        text_ +=
            Uuid::from_blob(row.blob(1)).text() + "\t" + owner_id + "\t" + std::to_string(position);
        TRY(end_row(lines, row, 2));
      }
    }
    text_ += "\\.\n";
    return {};
  }

  Result<void> end_row(const Entity& entity, const Statement& row, int column) {
    for (const Field& field : entity.fields) {
      text_ += '\t';
      append_value(text_, field, row, column++);
    }
    text_ += '\n';
    if (text_.size() < limits::produced_piece_bytes) return {};
    TRY(sink_(text_));
    text_.clear();
    return {};
  }

  void add_foreign_keys(const Entity& entity, std::span<const Entity* const> entities) {
    for (const Field& field : entity.fields) {
      const bool is_there = std::any_of(entities.begin(), entities.end(), [&](const Entity* other) {
        return other->collection == field.target;
      });
      if (field.kind != Kind::reference || !is_there) continue;
      text_ += "ALTER TABLE " + std::string(entity.collection) + " ADD FOREIGN KEY (" +
               model::column_of(field) + ") REFERENCES " + std::string(field.target) + ";\n";
    }
  }

  store::ReadTx& tx_;
  const ScriptSink& sink_;
  std::string text_;
  std::int64_t records_ = 0;
};

}  // namespace

Result<std::int64_t> write_postgresql(store::ReadTx& tx, std::span<const Entity* const> entities,
                                      const ScriptSink& sink) {
  return Script(tx, sink).write(entities);
}

}  // namespace kontor::crm
