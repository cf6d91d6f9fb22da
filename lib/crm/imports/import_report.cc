#include "crm/imports/import_report.h"

#include "base/check.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace kontor::crm {
namespace {

void write_names(JsonWriter& out, const std::vector<std::string>& names) {
  out.begin_array();
  for (const std::string& name : names) out.string(name);
  out.end_array();
}

std::string member(const Json& object, std::string_view name) {
  const Json* found = object.find(name);
  return found != nullptr && found->string() != nullptr ? *found->string() : std::string();
}

}  // namespace

void ImportCounts::add(const ImportCounts& more) {
  rows += more.rows;
  created += more.created;
  updated += more.updated;
  unchanged += more.unchanged;
  skipped += more.skipped;
  failed += more.failed;
  error_count += more.error_count;
  for (const auto& [name, value] : more.totals) totals[name] += value;
}

std::string errors_json(const std::vector<RowError>& errors) {
  std::string text;
  JsonWriter out(text);
  out.begin_array();
  for (const RowError& error : errors) {
    out.begin_object();
    if (!error.file.empty()) out.key("file").string(error.file);
    out.key("row").integer(error.row).key("column").string(error.column);
    out.key("code").string(error.code).key("detail").string(error.detail);
    out.end_object();
  }
  out.end_array();
  return text;
}

std::vector<RowError> errors_of_json(std::string_view text) {
  const Result<Json> json = parse_json(text);
  CHECK(json.ok() && json->array() != nullptr);  // only this program writes it
  std::vector<RowError> errors;
  for (const Json& error : *json->array()) {
    const Json* row = error.find("row");
    errors.push_back({.file = member(error, "file"),
                      .row = row != nullptr && row->integer() != nullptr ? *row->integer() : 0,
                      .column = member(error, "column"),
                      .code = member(error, "code"),
                      .detail = member(error, "detail")});
  }
  return errors;
}

std::string columns_json(const ImportReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("mapped");
  write_names(out, report.mapped);
  out.key("unmapped");
  write_names(out, report.unmapped);
  out.end_object();
  return text;
}

std::string totals_json(const ImportCounts& counts) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const auto& [name, value] : counts.totals) out.key(name).integer(value);
  out.end_object();
  return text;
}

std::map<std::string, std::int64_t> totals_of_json(std::string_view text) {
  const Result<Json> json = parse_json(text);
  CHECK(json.ok() && json->object() != nullptr);
  std::map<std::string, std::int64_t> totals;
  for (const auto& [name, value] : *json->object())
    if (value.integer() != nullptr) totals[name] = *value.integer();
  return totals;
}

std::string to_json(const ImportReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id");
  report.id.empty() ? out.null() : out.string(report.id);
  out.key("entity").string(report.entity);
  out.key("dry_run").boolean(report.dry_run).key("resumed").boolean(report.resumed);
  out.key("rows").integer(report.rows);
  out.key("created").integer(report.created).key("updated").integer(report.updated);
  out.key("unchanged").integer(report.unchanged).key("skipped").integer(report.skipped);
  out.key("failed").integer(report.failed).key("error_count").integer(report.error_count);
  out.key("errors").raw(errors_json(report.errors));
  out.key("columns").raw(columns_json(report)).key("totals").raw(totals_json(report));
  if (report.stopped) out.key("stopped").string(report.stopped->message);
  else out.key("stopped").null();
  out.end_object();
  return text;
}

}  // namespace kontor::crm
