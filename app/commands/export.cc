#include <array>
#include <filesystem>
#include <vector>

#include "audit_note.h"
#include "base/limits.h"
#include "build_info.h"
#include "composition.h"
#include "crm/exports/export_manifest.h"
#include "crm/exports/export_rows.h"
#include "crm/exports/postgresql.h"
#include "crm/exports/workbook.h"
#include "crm/organisation/organisation_record.h"
#include "exit_code.h"
#include "export_file.h"
#include "model/registry.h"
#include "operations/interrupt.h"
#include "organisation_settings.h"
#include "store/long_read.h"
#include "verbs.h"

namespace kontor::app {
namespace {

using model::Entity;

constexpr std::array<std::string_view, 4> k_formats = {"csv", "jsonl", "xlsx", "postgresql"};
constexpr std::string_view k_all = "all";

using crm::ExportedFile;

std::vector<std::string_view> subjects() {
  std::vector<std::string_view> names = {k_all};
  for (const Entity* entity : model::entities()) names.push_back(entity->collection);
  return names;
}

// As an import takes it: a character, or the word for the one that cannot be seen.
Result<char> delimiter_of(const std::string& given) {
  if (given.empty()) return ',';
  if (given == "tab" || given == "\t") return '\t';
  constexpr std::string_view known = ",;|";
  if (given.size() == 1 && known.find(given) != std::string_view::npos) return given.front();
  return Error{.code = Code::usage,
               .message = "\"" + given + "\" is no delimiter: a comma, semicolon, bar or tab is.",
               .kind = "usage",
               .hint = "kontor export customers --delimiter ';'"};
}

std::int64_t schema_of(store::ReadTx& tx) {
  store::Statement row = tx.prepare("SELECT user_version FROM pragma_user_version");
  row.step();
  return row.integer(0);
}

Error interrupted() {
  return {.code = Code::internal,
          .message = "Interrupted; nothing was left behind.",
          .kind = "interrupted"};
}

class Export final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ENTITY", subject_, "customers, contacts, products, orders, payments or all",
                    true);
    syntax.text("--format", format_, "FORMAT", "csv, jsonl, xlsx or postgresql. Default: csv.");
    syntax.text("--out", out_, "PATH",
                "A file instead of standard output; for all in csv or jsonl a new directory.");
    syntax.text("--delimiter", delimiter_, "CHAR",
                "Of csv: a comma, semicolon, bar, or the word tab. Default: a comma.");
    syntax.flag("--bom", bom_, "Of csv: a byte order mark leads, as some spreadsheets want it.");
  }

  Result<int> run(const Session& session) override {
    const auto names = subjects();
    TRY(check_choice("collection to export", subject_, names));
    TRY(check_choice("format", format_, k_formats));
    const crm::ExportForm form = TRY(form_of());
    const bool is_folder = subject_ == k_all && (format_ == "csv" || format_ == "jsonl");
    if (is_folder && out_.empty())
      return Error{.code = Code::usage,
                   .message = "All collections are several files: --out names their directory.",
                   .kind = "usage",
                   .hint = "kontor export all --format jsonl --out export"};
    // Before the read: who opens a database to write must be alone with it.
    note_event(session, "exports", subject_, "{\"format\":\"" + format_ + "\"}");
    const auto read = TRY(open_read(session));
    const Interrupt interrupt;
    return read->run([&](store::ReadTx& tx) -> Result<int> {
      const auto files =
          is_folder ? write_folder(session, tx, form, interrupt) : write_one(tx, form, interrupt);
      if (!files.ok()) return files.error();
      tell(session, *files);
      return k_exit_ok;
    });
  }

 private:
  static Result<std::unique_ptr<store::LongRead>> open_read(const Session& session) {
    const std::filesystem::path data = data_path(TRY(session.settings()));
    std::error_code failure;
    if (std::filesystem::exists(data / "kontor.db", failure))
      return store::LongRead::open(data / "kontor.db", session.clock, limits::export_ms);
    return Error{.code = Code::not_initialised,
                 .message = data.string() + " is no data directory.",
                 .hint = "kontor init --data " + data.string()};
  }

  Result<crm::ExportForm> form_of() const {
    const bool is_csv = format_ == "csv";
    if (!is_csv && (bom_ || !delimiter_.empty()))
      return Error{.code = Code::usage,
                   .message = "--delimiter and --bom are for csv.",
                   .kind = "usage",
                   .hint = "kontor export " + subject_ + " --format csv --bom"};
    const char delimiter = TRY(delimiter_of(delimiter_));
    return crm::ExportForm{.format = is_csv ? crm::ExportFormat::csv : crm::ExportFormat::jsonl,
                           .delimiter = delimiter,
                           .bom = bom_,
                           .whole = subject_ == k_all};
  }

  static Result<crm::Organisation> firm_of(const Session& session, store::ReadTx& tx) {
    const Config config = TRY(session.settings());
    return crm::resolve(crm::read_organisation(tx), fixed_fields(config));
  }

  void tell(const Session& session, const std::vector<ExportedFile>& files) const {
    if (out_.empty()) return;
    std::string text;
    for (const ExportedFile& file : files)
      if (file.collection != crm::k_external_ids)
        text += (text.empty() ? "" : ", ") + std::to_string(file.records) + " " + file.collection;
    session.output.note(out_ + ": " + text);
  }

  // How many records.
  static Result<std::int64_t> pump(crm::ExportRows& rows, ExportFile& file,
                                   const Interrupt& interrupt) {
    std::int64_t records = 0;
    std::string piece;
    rows.begin(piece);
    while (rows.next(piece)) {
      ++records;
      if (piece.size() < limits::produced_piece_bytes) continue;
      if (interrupt.came()) return interrupted();
      TRY(file.write(piece));
      piece.clear();
    }
    TRY(file.write(piece));
    return records;
  }

  static Result<ExportedFile> write_rows(crm::ExportRows& rows, std::string_view collection,
                                         const std::string& path, const Interrupt& interrupt) {
    ExportFile file = TRY(ExportFile::open(path));
    ExportedFile told{.file = std::filesystem::path(path).filename().string(),
                      .collection = std::string(collection),
                      .sha256 = {}};
    told.records = TRY(pump(rows, file, interrupt));
    TRY(file.finish());
    told.bytes = file.bytes();
    told.sha256 = file.sha256_hex();
    return told;
  }

  Result<std::vector<ExportedFile>> write_one(store::ReadTx& tx, const crm::ExportForm& form,
                                              const Interrupt& interrupt) const {
    const Entity* entity = model::find_entity(subject_);
    if (format_ == "postgresql") return write_script(tx, entity, interrupt);
    if (format_ == "xlsx") return write_workbook(tx, entity, interrupt);
    const auto rows =
        TRY(crm::open_rows(tx, *crm::Principal::program(), crm::whole_collection(*entity), form));
    std::vector<ExportedFile> files;
    files.push_back(TRY(write_rows(*rows, entity->collection, out_, interrupt)));
    return files;
  }

  // `entity` null: all of them.
  Result<std::vector<ExportedFile>> write_script(store::ReadTx& tx, const Entity* entity,
                                                 const Interrupt& interrupt) const {
    ExportFile file = TRY(ExportFile::open(out_));
    const auto all = model::entities();
    const auto chosen = entity == nullptr ? all : std::span(&entity, 1);
    const std::int64_t records =
        TRY(crm::write_postgresql(tx, chosen, [&](std::string_view piece) -> Result<void> {
          if (interrupt.came()) return interrupted();
          return file.write(piece);
        }));
    TRY(file.finish());
    return std::vector{
        ExportedFile{.file = {}, .collection = "records", .sha256 = {}, .records = records}};
  }

  // A sheet for each collection; `entity` null: all of them.
  Result<std::vector<ExportedFile>> write_workbook(store::ReadTx& tx, const Entity* entity,
                                                   const Interrupt& interrupt) const {
    ExportFile file = TRY(ExportFile::open(out_));
    crm::Workbook workbook;
    std::vector<ExportedFile> sheets;
    const auto all = model::entities();
    for (const Entity* each : entity == nullptr ? all : std::span(&entity, 1)) {
      const auto query = crm::whole_collection(*each);
      const auto rows =
          TRY(crm::open_table_rows(tx, *crm::Principal::program(), query, false, workbook));
      sheets.push_back({.collection = std::string(each->collection), .sha256 = {}});
      sheets.back().records = TRY(pump(*rows, file, interrupt));
    }
    std::string end;
    TRY(workbook.finish(end));
    TRY(file.write(end));
    TRY(file.finish());
    return sheets;
  }

  Result<void> make_folder() const {
    std::error_code failure;
    std::filesystem::create_directory(out_, failure);
    if (!failure && std::filesystem::is_empty(out_, failure) && !failure) return {};
    return Error{.code = Code::forbidden,
                 .message = out_ + " cannot be made, or is not an empty directory.",
                 .kind = "unwritable_file",
                 .hint = "name a new directory with --out"};
  }

  // The manifest comes last: a directory without one is not complete.
  Result<std::vector<ExportedFile>> write_folder(const Session& session, store::ReadTx& tx,
                                                 const crm::ExportForm& form,
                                                 const Interrupt& interrupt) const {
    const crm::Organisation firm = TRY(firm_of(session, tx));
    TRY(make_folder());
    crm::ExportManifest manifest{.format = format_,
                                 .delimiter = form.delimiter,
                                 .program = std::string(build_info().version),
                                 .schema = schema_of(tx),
                                 .at_ms = session.clock.now_ms(),
                                 .currency = firm.currency,
                                 .country = firm.country,
                                 .timezone = firm.zone.name(),
                                 .series = crm::number_series(tx)};
    const auto path_of = [&](std::string_view name) {
      return out_ + "/" + std::string(name) + "." + format_;
    };
    for (const Entity* entity : model::entities()) {
      const auto query = crm::whole_collection(*entity, crm::Trash::shown);
      const auto rows = TRY(crm::open_rows(tx, *crm::Principal::program(), query, form));
      const std::string_view name = entity->collection;
      manifest.files.push_back(TRY(write_rows(*rows, name, path_of(name), interrupt)));
    }
    const auto ids = crm::open_external_id_rows(tx, form);
    const std::string_view name = crm::k_external_ids;
    manifest.files.push_back(TRY(write_rows(*ids, name, path_of(name), interrupt)));
    ExportFile file = TRY(ExportFile::open(out_ + "/" + std::string(crm::k_manifest_file)));
    TRY(file.write(crm::to_json(manifest)));
    TRY(file.finish());
    return std::move(manifest.files);
  }

  std::string subject_, out_;
  std::string format_ = "csv", delimiter_;
  bool bom_ = false;
};

}  // namespace

std::unique_ptr<Command> make_export() { return std::make_unique<Export>(); }

}  // namespace kontor::app
