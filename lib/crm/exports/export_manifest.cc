#include "crm/exports/export_manifest.h"

#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_version = 1;

Error no_manifest(const std::string& why) {
  return {.code = Code::malformed,
          .message = std::string(k_manifest_file) + " is not that of a whole export: " + why + ".",
          .kind = "bad_export",
          .hint = "kontor export all --format jsonl --out DIR"};
}

// Members by name. What is missing or of another kind is told once, at the end.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  std::string text(std::string_view name) {
    const Json* value = object_.find(name);
    if (value != nullptr && value->string() != nullptr) return *value->string();
    miss(name);
    return "";
  }
  std::int64_t count(std::string_view name) {
    const Json* value = object_.find(name);
    if (value != nullptr && value->integer() != nullptr && *value->integer() >= 0)
      return *value->integer();
    miss(name);
    return 0;
  }
  const JsonArray& array(std::string_view name) {
    static const JsonArray none;
    const Json* value = object_.find(name);
    if (value != nullptr && value->array() != nullptr) return *value->array();
    miss(name);
    return none;
  }

  Result<void> check() const {
    if (missing_.empty()) return {};
    return no_manifest("it says nothing usable of " + missing_);
  }

 private:
  void miss(std::string_view name) {
    if (missing_.empty()) missing_ = name;
  }

  const Json& object_;
  std::string missing_;
};

// Only names within the folder: a manifest must not lead to other files.
bool is_plain_name(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && name.find('/') == std::string_view::npos;
}

Result<ExportedFile> file_of(const Json& json) {
  Members members(json);
  ExportedFile file{.file = members.text("file"),
                    .collection = members.text("collection"),
                    .sha256 = members.text("sha256"),
                    .records = members.count("records"),
                    .bytes = members.count("bytes")};
  TRY(members.check());
  if (!is_plain_name(file.file)) return no_manifest("\"" + file.file + "\" is no name of a file");
  return file;
}

Result<NumberSeries> series_of(const Json& json) {
  Members members(json);
  NumberSeries series{.series = members.text("series"),
                      .period = members.text("period"),
                      .next = members.count("next")};
  TRY(members.check());
  if (series.next < 1) return no_manifest("the next number of a series must be 1 or more");
  return series;
}

Result<void> read_settings(const Json& json, ExportManifest& manifest) {
  const Json* settings = json.find("settings");
  if (settings == nullptr) return no_manifest("it says nothing usable of settings");
  Members members(*settings);
  manifest.currency = members.text("currency");
  manifest.country = members.text("default_country");
  manifest.timezone = members.text("timezone");
  return members.check();
}

Result<void> read_form(const Json& json, ExportManifest& manifest) {
  Members members(json);
  const std::int64_t version = members.count("manifest");
  manifest.format = members.text("format");
  const std::string delimiter = members.text("delimiter");
  manifest.program = members.text("program");
  manifest.schema = members.count("schema");
  manifest.at_ms = parse_instant(members.text("at")).value_or(0);
  TRY(members.check());
  if (version != k_version) return no_manifest("its form is " + std::to_string(version));
  if (manifest.format != "csv" && manifest.format != "jsonl")
    return no_manifest("its format is " + manifest.format);
  if (delimiter.size() != 1) return no_manifest("its delimiter is no single character");
  manifest.delimiter = delimiter.front();
  return {};
}

}  // namespace

std::string to_json(const ExportManifest& manifest) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("manifest").integer(k_version);
  out.key("format").string(manifest.format);
  out.key("delimiter").string(std::string_view(&manifest.delimiter, 1));
  out.key("program").string(manifest.program).key("schema").integer(manifest.schema);
  out.key("at").string(format_instant(manifest.at_ms));
  out.key("settings").begin_object().key("currency").string(manifest.currency);
  out.key("default_country").string(manifest.country);
  out.key("timezone").string(manifest.timezone).end_object();
  out.key("series").begin_array();
  for (const NumberSeries& series : manifest.series) {
    out.begin_object().key("series").string(series.series).key("period").string(series.period);
    out.key("next").integer(series.next).end_object();
  }
  out.end_array().key("files").begin_array();
  for (const ExportedFile& file : manifest.files) {
    out.begin_object().key("file").string(file.file).key("collection").string(file.collection);
    out.key("records").integer(file.records).key("bytes").integer(file.bytes);
    out.key("sha256").string(file.sha256).end_object();
  }
  out.end_array().end_object();
  return text + "\n";
}

Result<ExportManifest> parse_manifest(std::string_view text) {
  const Result<Json> parsed = parse_json(text);
  if (!parsed.ok() || parsed->object() == nullptr) return no_manifest("it is no JSON object");
  ExportManifest manifest;
  TRY(read_form(*parsed, manifest));
  TRY(read_settings(*parsed, manifest));
  Members members(*parsed);
  for (const Json& json : members.array("series")) manifest.series.push_back(TRY(series_of(json)));
  for (const Json& json : members.array("files")) manifest.files.push_back(TRY(file_of(json)));
  TRY(members.check());
  return manifest;
}

std::vector<NumberSeries> number_series(store::ReadTx& tx) {
  store::Statement row =
      tx.prepare("SELECT series, period, next FROM sequences ORDER BY series, period");
  std::vector<NumberSeries> all;
  while (row.step())
    all.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2)});
  return all;
}

}  // namespace kontor::crm
