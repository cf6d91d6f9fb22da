#include <algorithm>
#include <array>
#include <filesystem>

#include "base/json_writer.h"
#include "base/limits.h"
#include "base/small_file.h"
#include "commands/import_all.h"
#include "composition.h"
#include "crm/imports/import_explain.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/import_names.h"
#include "exit_code.h"
#include "export_file.h"
#include "import_text.h"
#include "model/registry.h"
#include "operations/descriptor_stream.h"
#include "operations/run_operation.h"
#include "organisation_settings.h"
#include "progress_line.h"
#include "read_only.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr int k_listed = 100;

Error usage(std::string message, std::string hint = "kontor import --help") {
  return {
      .code = Code::usage, .message = std::move(message), .kind = "usage", .hint = std::move(hint)};
}

std::int64_t number_at(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() ? *value->integer() : 0;
}

class Import final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("WHAT", what_,
                    "customers, contacts, products, orders or payments; or all, list or undo",
                    true);
    syntax.argument("FILE", file_,
                    "The file; with all: the folder of an export; with undo: the id of the import.",
                    false);
    syntax.text("--lines", lines_, "FILE", "Orders: the file that holds their lines.");
    syntax.text("--format", format_, "FORMAT", "csv, jsonl or vcard. Default: found out.");
    syntax.text("--encoding", encoding_, "NAME", "Of a CSV file. Default: found out.");
    syntax.text("--delimiter", delimiter_, "CHAR",
                "Between cells: a comma, semicolon, bar, or the word tab. Default: found out.");
    syntax.text("--dates", dates_, "ORDER",
                "dmy or mdy: how 03/04/2026 is meant. Default: told by each column.");
    syntax.text("--decimal", decimal_, "MARK",
                "point or comma: the mark before decimals. Default: told by each column.");
    syntax.text("--map", map_, "FILE",
                "JSON that says which column goes where and what its cells mean.");
    syntax.flag("--explain", explain_,
                "Only tells which column goes where and why; needs no data directory.");
    syntax.text("--write-map", write_map_, "FILE",
                "Like --explain; also writes the map that was found, to be mended and used.");
    syntax.text("--mode", mode_, "MODE", "create, update or upsert. Default: upsert.");
    syntax.texts(
        "--policy", policies_, "FIELD=POLICY",
        "What a cell may do to a field that has a value: always, if_empty or never. May be "
        "given several times. Default: always.");
    syntax.texts("--match", matches_, "KEY",
                 "Finds records also by domain or name. May be given several times.");
    syntax.flag("--create-missing", create_missing_,
                "Makes customers and products that the file only refers to.");
    syntax.flag("--dry-run", dry_run_, "Does everything, then takes it back.");
    syntax.text("--errors", errors_, "FILE",
                "Where rows that failed are written, with the reason.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    if (what_ == "list") return list(session);
    if (what_ == "undo") return undo(session);
    if (what_ == "all") return all(session);
    return import(session);
  }

 private:
  Result<void> check_words() const {
    std::vector<std::string_view> names;
    for (const model::Entity* entity : model::entities()) names.push_back(entity->collection);
    TRY(check_choice("collection to import", what_, names));
    TRY(check_choice("mode", mode_, crm::k_import_modes));
    for (const std::string& match : matches_)
      TRY(check_choice("key to match by", match, crm::k_import_matches));
    if (file_.empty()) return usage("The file to import is missing.");
    if (!lines_.empty() && what_ != "orders") return usage("--lines is for orders.");
    return {};
  }

  Result<Json> policies() const {
    JsonObject all;
    for (const std::string& given : policies_) {
      const std::size_t equals = std::min(given.find('='), given.size());
      const std::string field = given.substr(0, equals);
      const std::string policy = equals < given.size() ? given.substr(equals + 1) : "";
      TRY(check_choice("policy", policy, crm::k_import_policies));
      std::erase_if(all, [&](const JsonMember& member) { return member.first == field; });
      all.emplace_back(field, Json(policy));
    }
    return Json(std::move(all));
  }

  bool matches(std::string_view key) const {
    return std::find(matches_.begin(), matches_.end(), key) != matches_.end();
  }

  Result<OperationCall> call() const {
    const std::string map =
        map_.empty() ? "" : TRY(read_small_file(map_, limits::import_map_bytes));
    Json by_field = TRY(policies());
    OperationCall call{.arguments = Json(JsonObject{
                           {"collection", Json(what_)},
                           {"file_name", Json(std::filesystem::path(file_).filename().string())},
                           {"map", Json(map)},
                           {"mode", Json(mode_)},
                           {"format", Json(format_)},
                           {"encoding", Json(encoding_)},
                           {"delimiter", Json(delimiter_)},
                           {"dates", Json(dates_)},
                           {"decimal", Json(decimal_)},
                           {"policies", std::move(by_field)},
                           {"match_domain", Json(matches("domain"))},
                           {"match_name", Json(matches("name"))},
                           {"create_missing", Json(create_missing_)},
                           {"dry_run", Json(dry_run_)},
                           {"has_lines", Json(!lines_.empty())},
                           {"has_errors", Json(!errors_.empty())},
                       })};
    call.files.push_back(TRY(open_for_reading(file_)));
    if (!lines_.empty()) call.files.push_back(TRY(open_for_reading(lines_)));
    if (!errors_.empty()) call.files.push_back(TRY(open_for_writing(errors_)));
    return call;
  }

  Result<int> import(const Session& session) const {
    TRY(check_words());
    if (explain_ || !write_map_.empty()) return explain(session);
    OperationCall asked = TRY(call());
    ProgressLine line(!session.flags.quiet && !session.flags.json);
    asked.progress = [&line](std::string_view json) {
      const Result<Json> counts = parse_json(json);
      if (counts.ok()) line.show(import_counts(*counts));
    };
    const Result<std::string> done =
        run_operation(session, settings_, "import.file", std::move(asked));
    line.clear();
    if (!done.ok()) return done.error();
    const Json report = TRY(parse_json(*done));
    session.output.print(session.flags.json ? *done : import_text(report));
    if (const Json* stopped = report.find("stopped"); stopped != nullptr && stopped->string()) {
      Error error = interrupted_error(*stopped->string());
      error.hint = "import the same file with the same options: it goes on where it ended";
      return error;
    }
    const std::int64_t failed = number_at(report, "failed");
    if (failed == 0 && number_at(report, "error_count") == 0) return k_exit_ok;
    return failed > 0 && failed == number_at(report, "rows") ? k_exit_failed : k_exit_partly;
  }

  Result<int> all(const Session& session) const {
    if (file_.empty()) return usage("The folder of the export is missing.");
    const bool plain = lines_.empty() && map_.empty() && errors_.empty() && policies_.empty() &&
                       matches_.empty() && !create_missing_;
    if (!plain)
      return usage("A whole export comes in as it was: of the flags only --dry-run is for it.");
    return import_all(session, settings_, file_, dry_run_);
  }

  Result<int> explain(const Session& session) const {
    std::error_code ignored;
    if (!write_map_.empty() && std::filesystem::exists(write_map_, ignored))
      return Error{.code = Code::conflict,
                   .message = write_map_ + " is there already, and is not written over.",
                   .kind = "unwritable_file",
                   .hint = "name a new file with --write-map"};
    const crm::ImportExplanation told = TRY(explanation(session));
    if (!write_map_.empty()) {
      ExportFile file = TRY(ExportFile::open(write_map_));
      TRY(file.write(crm::mapping_json(told)));
      TRY(file.finish());
    }
    const std::string json = crm::to_json(told);
    session.output.print(session.flags.json ? json : explanation_text(TRY(parse_json(json))));
    return k_exit_ok;
  }

  Result<crm::ImportExplanation> explanation(const Session& session) const {
    const Config config = TRY(session.settings(settings_));
    const crm::Organisation organisation =
        TRY(organisation_in(data_path(config) / "kontor.db", config));
    const UniqueFd rows = TRY(open_for_reading(file_));
    DescriptorInput file(rows.get());
    std::optional<UniqueFd> line_rows;
    if (!lines_.empty()) line_rows = TRY(open_for_reading(lines_));
    std::optional<DescriptorInput> lines;
    if (line_rows) lines.emplace(line_rows->get());
    const std::string map =
        map_.empty() ? "" : TRY(read_small_file(map_, limits::import_map_bytes));
    crm::ImportOptions options{.file = &file,
                               .file_name = std::filesystem::path(file_).filename().string(),
                               .reading = {format_, encoding_, delimiter_, dates_, decimal_},
                               .map_json = map};
    if (lines) options.lines = &*lines;
    return crm::explain_import(*model::find_entity(what_), options, organisation.currency);
  }

  Result<int> undo(const Session& session) const {
    if (file_.empty()) return usage("The id of the import is missing.", "kontor import list");
    OperationCall asked{.arguments = Json(JsonObject{{"id", Json(file_)}})};
    const std::string done =
        TRY(run_operation(session, settings_, "import.undo", std::move(asked)));
    const Json undone = TRY(parse_json(done));
    session.output.print(session.flags.json ? done : undo_text(undone));
    return number_at(undone, "left_count") == 0 ? k_exit_ok : k_exit_partly;
  }

  Result<int> list(const Session& session) const {
    const std::filesystem::path data = data_path(TRY(session.settings(settings_)));
    const std::string text =
        TRY(read_only(data / "kontor.db", [](store::ReadTx& tx) -> Result<std::string> {
          std::string json;
          JsonWriter out(json);
          out.begin_object().key("data").begin_array();
          for (const crm::ImportRecord& import :
               crm::list_imports(tx, *crm::Principal::program(), k_listed, INT64_MAX))
            out.raw(crm::to_json(import));
          out.end_array().end_object();
          return json;
        }));
    session.output.print(session.flags.json ? text : import_list_text(TRY(parse_json(text))));
    return k_exit_ok;
  }

  std::string what_, file_, lines_, map_, write_map_, errors_, format_, encoding_, delimiter_,
      dates_, decimal_;
  std::string mode_ = "upsert";
  std::vector<std::string> policies_, matches_;
  bool dry_run_ = false, create_missing_ = false, explain_ = false;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_import() { return std::make_unique<Import>(); }

}  // namespace kontor::app
