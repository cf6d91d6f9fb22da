#include <array>
#include <filesystem>
#include <vector>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "build_info.h"
#include "composition.h"
#include "crm/exports/export_rows.h"
#include "crm/exports/postgresql.h"
#include "exit_code.h"
#include "export_file.h"
#include "model/registry.h"
#include "operations/interrupt.h"
#include "store/long_read.h"
#include "verbs.h"

namespace kontor::app {
namespace {

using model::Entity;

constexpr std::array<std::string_view, 3> k_formats = {"csv", "jsonl", "postgresql"};
constexpr std::string_view k_all = "all";
constexpr int k_manifest_format = 1;

struct Exported {
  std::string file, collection, sha256;
  std::int64_t records = 0, bytes = 0;
};

std::vector<std::string_view> subjects() {
  std::vector<std::string_view> names = {k_all};
  for (const Entity* entity : model::entities()) names.push_back(entity->collection);
  return names;
}

std::string manifest(const std::vector<Exported>& files, std::string_view format,
                     std::int64_t schema, std::int64_t now_ms) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("manifest").integer(k_manifest_format);
  out.key("format").string(format).key("program").string(build_info().version);
  out.key("schema").integer(schema).key("at").string(format_instant(now_ms));
  out.key("files").begin_array();
  for (const Exported& file : files) {
    out.begin_object().key("file").string(file.file).key("collection").string(file.collection);
    out.key("records").integer(file.records).key("bytes").integer(file.bytes);
    out.key("sha256").string(file.sha256).end_object();
  }
  out.end_array().end_object();
  return text + "\n";
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
    syntax.text("--format", format_, "FORMAT", "csv, jsonl or postgresql. Default: csv.");
    syntax.text("--out", out_, "PATH",
                "A file instead of standard output; for all in csv or jsonl a new directory.");
  }

  Result<int> run(const Session& session) override {
    const auto names = subjects();
    TRY(check_choice("collection to export", subject_, names));
    if (format_ == "xlsx")
      return Error{.code = Code::usage,
                   .message = "xlsx is not written: every spreadsheet opens CSV.",
                   .kind = "usage",
                   .hint = "kontor export " + subject_ + " --format csv"};
    TRY(check_choice("format", format_, k_formats));
    const bool is_folder = subject_ == k_all && format_ != "postgresql";
    if (is_folder && out_.empty())
      return Error{.code = Code::usage,
                   .message = "All collections are several files: --out names their directory.",
                   .kind = "usage",
                   .hint = "kontor export all --format jsonl --out export"};
    const Interrupt interrupt;
    const auto read = TRY(open_read(session));
    return read->run([&](store::ReadTx& tx) -> Result<int> {
      const auto files =
          is_folder ? write_folder(session, tx, interrupt) : write_one(session, tx, interrupt);
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

  void tell(const Session& session, const std::vector<Exported>& files) const {
    if (out_.empty()) return;
    std::string text;
    for (const Exported& file : files)
      text += (text.empty() ? "" : ", ") + std::to_string(file.records) + " " + file.collection;
    session.output.note(out_ + ": " + text);
  }

  Result<Exported> write_rows(store::ReadTx& tx, const Entity& entity, crm::Trash trash,
                              const std::string& path, const Interrupt& interrupt) const {
    const auto format = format_ == "csv" ? crm::ExportFormat::csv : crm::ExportFormat::jsonl;
    const auto rows = TRY(crm::open_rows(tx, crm::whole_collection(entity, trash), format));
    ExportFile file = TRY(ExportFile::open(path));
    Exported told{.collection = std::string(entity.collection)};
    std::string piece;
    rows->begin(piece);
    while (rows->next(piece)) {
      ++told.records;
      if (piece.size() < limits::produced_piece_bytes) continue;
      if (interrupt.came()) return interrupted();
      TRY(file.write(piece));
      piece.clear();
    }
    TRY(file.write(piece));
    TRY(file.finish());
    told.bytes = file.bytes();
    told.sha256 = file.sha256_hex();
    return told;
  }

  Result<std::vector<Exported>> write_one(const Session&, store::ReadTx& tx,
                                          const Interrupt& interrupt) const {
    const Entity* entity = model::find_entity(subject_);
    if (format_ != "postgresql") return std::vector {
        TRY(write_rows(tx, *entity, crm::Trash::hidden, out_, interrupt))
      };
    ExportFile file = TRY(ExportFile::open(out_));
    const auto all = model::entities();
    const auto chosen = entity == nullptr ? all : std::span(&entity, 1);
    const std::int64_t records =
        TRY(crm::write_postgresql(tx, chosen, [&](std::string_view piece) -> Result<void> {
          if (interrupt.came()) return interrupted();
          return file.write(piece);
        }));
    TRY(file.finish());
    return std::vector{Exported{.collection = "records", .records = records}};
  }

  // The manifest comes last: a directory without one is not complete.
  Result<std::vector<Exported>> write_folder(const Session& session, store::ReadTx& tx,
                                             const Interrupt& interrupt) const {
    std::error_code failure;
    std::filesystem::create_directory(out_, failure);
    if (failure || !std::filesystem::is_empty(out_, failure) || failure)
      return Error{.code = Code::forbidden,
                   .message = out_ + " cannot be made, or is not an empty directory.",
                   .kind = "unwritable_file",
                   .hint = "name a new directory with --out"};
    // JSON lines are the whole of it; CSV has no column that says what is in the trash.
    const auto trash = format_ == "jsonl" ? crm::Trash::shown : crm::Trash::hidden;
    std::vector<Exported> files;
    for (const Entity* entity : model::entities()) {
      const std::string name = std::string(entity->collection) + "." + format_;
      files.push_back(TRY(write_rows(tx, *entity, trash, out_ + "/" + name, interrupt)));
      files.back().file = name;
    }
    store::Statement schema = tx.prepare("SELECT user_version FROM pragma_user_version");
    schema.step();
    ExportFile file = TRY(ExportFile::open(out_ + "/manifest.json"));
    TRY(file.write(manifest(files, format_, schema.integer(0), session.clock.now_ms())));
    TRY(file.finish());
    return files;
  }

  std::string subject_, out_;
  std::string format_ = "csv";
};

}  // namespace

std::unique_ptr<Command> make_export() { return std::make_unique<Export>(); }

}  // namespace kontor::app
