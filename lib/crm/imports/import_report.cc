#include "crm/imports/import_report.h"

#include "base/json_writer.h"

namespace kontor::crm {
namespace {

void write_names(JsonWriter& out, const std::vector<std::string>& names) {
  out.begin_array();
  for (const std::string& name : names) out.string(name);
  out.end_array();
}

void write_errors(JsonWriter& out, const std::vector<RowError>& errors) {
  out.begin_array();
  for (const RowError& error : errors) {
    out.begin_object();
    if (!error.file.empty()) out.key("file").string(error.file);
    out.key("row").integer(error.row).key("column").string(error.column);
    out.key("code").string(error.code).key("detail").string(error.detail);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string to_json(const ImportReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("entity").string(report.entity);
  out.key("dry_run").boolean(report.dry_run).key("rows").integer(report.rows);
  out.key("created").integer(report.created).key("updated").integer(report.updated);
  out.key("unchanged").integer(report.unchanged).key("skipped").integer(report.skipped);
  out.key("failed").integer(report.failed).key("error_count").integer(report.error_count);
  out.key("errors");
  write_errors(out, report.errors);
  out.key("columns").begin_object().key("mapped");
  write_names(out, report.mapped);
  out.key("unmapped");
  write_names(out, report.unmapped);
  out.end_object().key("totals").begin_object();
  for (const auto& [name, value] : report.totals) out.key(name).integer(value);
  out.end_object();
  if (report.stopped) out.key("stopped").string(report.stopped->message);
  out.end_object();
  return text;
}

}  // namespace kontor::crm
