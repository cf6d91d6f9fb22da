#include <array>
#include <fstream>

#include "base/small_file.h"
#include "composition.h"
#include "crm/imports/importer.h"
#include "exit_code.h"
#include "model/registry.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_modes = {"create", "update", "upsert"};
constexpr std::size_t k_map_bytes = 64 * 1024;

crm::ImportMode mode_of(std::string_view name) {
  if (name == "create") return crm::ImportMode::create;
  return name == "update" ? crm::ImportMode::update : crm::ImportMode::upsert;
}

Result<std::ifstream> open_input(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (file && file.peek() != std::ifstream::traits_type::eof()) return file;
  return Error{.code = Code::not_found,
               .message = path + " cannot be read, or is empty.",
               .kind = "unreadable_file",
               .hint = "name an existing CSV file"};
}

std::string count(std::int64_t number, const char* what) {
  return number == 0 ? std::string() : ", " + std::to_string(number) + " " + what;
}

std::string as_text(const crm::ImportReport& report) {
  std::string text = report.entity + ": " + std::to_string(report.rows) + " rows" +
                     count(report.created, "created") + count(report.updated, "updated") +
                     count(report.unchanged, "unchanged") + count(report.skipped, "skipped") +
                     count(report.failed, "failed") + "\n";
  for (const auto& [name, total] : report.totals)
    text += name + ": " + std::to_string(total) + "\n";
  for (const std::string& header : report.unmapped) text += "left out: column " + header + "\n";
  for (const crm::RowError& error : report.errors) {
    text += (error.file.empty() ? "row " : error.file + " row ") + std::to_string(error.row) +
            (error.column.empty() ? "" : ", " + error.column) + ": " + error.detail + "\n";
  }
  if (report.error_count > static_cast<std::int64_t>(report.errors.size())) {
    text += "… " + std::to_string(report.error_count) + " errors in all\n";
  }
  if (report.dry_run) text += "rehearsed only; nothing was changed\n";
  return text;
}

class Import final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ENTITY", entity_, "customers, contacts, products or orders", true);
    syntax.argument("FILE", file_, "CSV with a header line", true);
    syntax.text("--lines", lines_, "FILE", "Orders: the file that holds their lines.");
    syntax.text("--map", map_, "FILE", "JSON that says which column goes where.");
    syntax.text("--mode", mode_, "MODE", "create, update or upsert. Default: upsert.");
    syntax.flag("--dry-run", dry_run_, "Does everything, then takes it back.");
    syntax.text("--errors", errors_, "FILE",
                "Where rows that failed are written, with the reason.");
  }

  Result<int> run(const Session& session) override {
    const model::Entity& entity = *TRY(find_entity());
    TRY(check_choice("mode", mode_, k_modes));
    std::ifstream file = TRY(open_input(file_));
    std::ifstream lines;
    if (!lines_.empty()) lines = TRY(open_input(lines_));
    std::ofstream errors = TRY(open_errors());
    crm::ImportOptions options{.file = &file,
                               .lines = lines_.empty() ? nullptr : &lines,
                               .mode = mode_of(mode_),
                               .dry_run = dry_run_,
                               .errors = errors_.empty() ? nullptr : &errors};
    if (!map_.empty()) options.map_json = TRY(read_small_file(map_, k_map_bytes));
    const auto report = TRY(bring_in(session, entity, options));
    return conclude(session, report, errors);
  }

 private:
  Result<const model::Entity*> find_entity() const {
    std::vector<std::string_view> names;
    for (const model::Entity* entity : model::entities()) {
      if (entity->collection == "payments") continue;  // they come with orders
      if (entity->collection == entity_) return entity;
      names.push_back(entity->collection);
    }
    return check_choice("collection to import", entity_, names).error();
  }

  Result<std::ofstream> open_errors() const {
    std::ofstream file;
    if (errors_.empty()) return file;
    file.open(errors_, std::ios::binary | std::ios::trunc);
    if (file) return file;
    return Error{.code = Code::forbidden,
                 .message = errors_ + " cannot be written.",
                 .kind = "unwritable_file",
                 .hint = "name a file in a directory that is yours with --errors"};
  }

  static Result<crm::ImportReport> bring_in(const Session& session, const model::Entity& entity,
                                            const crm::ImportOptions& options) {
    const Config config = TRY(session.settings());
    const auto business = TRY(Business::open(config, session.clock, session.random));
    return crm::import_records(business->store(), business->records(),
                               {.now_ms = session.clock.now_ms()}, entity, options);
  }

  Result<int> conclude(const Session& session, const crm::ImportReport& report,
                       std::ofstream& errors) const {
    session.output.print(session.flags.json ? crm::to_json(report) : as_text(report));
    errors.flush();
    if (!errors_.empty() && !errors) {
      return Error{.code = Code::disk_full, .message = errors_ + " could not be written in full."};
    }
    if (report.stopped) return *report.stopped;
    if (report.failed == 0) return k_exit_ok;
    const bool all = report.failed == report.rows;
    return all ? k_exit_failed : k_exit_partly;
  }

  std::string entity_, file_, lines_, map_, errors_;
  std::string mode_ = "upsert";
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_import() { return std::make_unique<Import>(); }

}  // namespace kontor::app
