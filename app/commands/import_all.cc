#include "commands/import_all.h"

#include <filesystem>

#include "base/limits.h"
#include "base/small_file.h"
#include "crm/exports/export_manifest.h"
#include "exit_code.h"
#include "operations/run_operation.h"
#include "progress_line.h"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

Error no_export(const fs::path& folder) {
  return {.code = Code::not_found,
          .message = folder.string() + " is no folder of a whole export: it has no " +
                     std::string(crm::k_manifest_file) + ".",
          .kind = "bad_export",
          .hint = "kontor export all --format jsonl --out DIR makes one"};
}

Result<std::string> manifest_of(const fs::path& folder) {
  auto text = read_small_file((folder / crm::k_manifest_file).string(), crm::k_manifest_bytes);
  if (!text.ok() && text.error().code == Code::not_found) return no_export(folder);
  return text;
}

Result<OperationCall> call_of(const fs::path& folder, bool dry_run) {
  std::string text = TRY(manifest_of(folder));
  const crm::ExportManifest manifest = TRY(crm::parse_manifest(text));
  if (manifest.files.size() > limits::control_descriptors)
    return Error{.code = Code::malformed,
                 .message = "The manifest names more files than an export has.",
                 .kind = "bad_export"};
  const fs::path named = fs::absolute(folder).lexically_normal();
  const std::string name = (named.has_filename() ? named : named.parent_path()).filename().string();
  OperationCall call{.arguments = Json(JsonObject{{"manifest", Json(std::move(text))},
                                                  {"folder_name", Json(name)},
                                                  {"dry_run", Json(dry_run)}})};
  for (const crm::ExportedFile& file : manifest.files)
    call.files.push_back(TRY(open_for_reading((folder / file.file).string())));
  return call;
}

std::int64_t number_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() ? *value->integer() : 0;
}

std::string text_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() ? *value->string() : std::string();
}

std::string report_text(const Json& report) {
  std::string text = std::to_string(number_at(report, "created")) + " records";
  const Json* totals = report.find("totals");
  if (totals != nullptr && totals->object() != nullptr)
    for (const auto& [name, count] : *totals->object())
      if (name != crm::k_external_ids) text += ", " + to_text(count) + " " + name;
  text += "\n";
  const Json* dry = report.find("dry_run");
  const bool rehearsed = dry != nullptr && dry->boolean() != nullptr && *dry->boolean();
  return rehearsed ? text + "rehearsed only; nothing was changed\n" : text;
}

void note_people(const Session& session, const Json& report) {
  const std::int64_t count = number_at(report, "without_account");
  if (count == 0) return;
  session.output.note(std::to_string(count) +
                      " records name people who have no account here: they are nobody's now");
}

// Amounts and days mean the same only under the same settings.
void note_settings(const Session& session, const Json& report) {
  const Json* settings = report.find("settings");
  if (settings == nullptr || settings->array() == nullptr) return;
  for (const Json& setting : *settings->array())
    session.output.note("setting " + text_at(setting, "name") + " is " + text_at(setting, "here") +
                        " here, and was " + text_at(setting, "there") +
                        " where the export was made");
}

}  // namespace

Result<int> import_all(const Session& session, const SettingFlags& chosen,
                       const std::string& folder, bool dry_run) {
  OperationCall call = TRY(call_of(folder, dry_run));
  ProgressLine line(!session.flags.quiet && !session.flags.json);
  call.progress = [&line](std::string_view json) {
    const Result<Json> told = parse_json(json);
    if (told.ok()) line.show(std::to_string(number_at(*told, "records")) + " records");
  };
  const Result<std::string> done = run_operation(session, chosen, "import.all", std::move(call));
  line.clear();
  if (!done.ok()) return done.error();
  const Json report = TRY(parse_json(*done));
  session.output.print(session.flags.json ? *done : report_text(report));
  note_people(session, report);
  note_settings(session, report);
  return k_exit_ok;
}

}  // namespace kontor::app
