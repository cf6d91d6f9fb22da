#include "base/civil.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/import_names.h"
#include "crm/imports/import_undo.h"
#include "crm/imports/importer.h"
#include "crm/imports/rehearsal_copy.h"
#include "model/registry.h"
#include "operations/descriptor_stream.h"
#include "operations/operation.h"

namespace kontor::app {
namespace {

// Between two words of progress to a person.
constexpr std::int64_t k_progress_ms = 100;

std::filesystem::path scratch_of(const OperationContext& context) {
  return context.data_dir.path() / "backups";
}

// What a command that was killed has left. In a server the work of others may be under way, and its
// own start has done this.
Result<void> clear_up(const OperationContext& context, const crm::Context& who) {
  if (context.server != nullptr) return {};
  crm::remove_left_copies(scratch_of(context));
  TRY(context.store.write(
      [&](store::WriteTx& tx) -> Result<std::int64_t> { return crm::stop_abandoned(tx, who); }));
  return {};
}

std::map<std::string, crm::ImportPolicy> policies_of(const OperationCall& call) {
  std::map<std::string, crm::ImportPolicy> policies;
  const Json* given = call.arguments.find("policies");
  if (given == nullptr || given->object() == nullptr) return policies;
  for (const auto& [field, name] : *given->object()) {
    const auto policy = crm::import_policy(name.string() != nullptr ? *name.string() : "");
    if (policy) policies[field] = *policy;
  }
  return policies;
}

crm::ImportOptions options_of(const OperationContext& context, const OperationCall& call) {
  return {.file_name = call.text("file_name"),
          .reading = {.format = call.text("format"),
                      .encoding = call.text("encoding"),
                      .delimiter = call.text("delimiter"),
                      .dates = call.text("dates"),
                      .decimal = call.text("decimal")},
          .map_json = call.text("map"),
          .mode = crm::import_mode(call.text("mode")).value_or(crm::ImportMode::upsert),
          .policies = policies_of(call),
          .match_domain = call.flag("match_domain"),
          .match_name = call.flag("match_name"),
          .create_missing = call.flag("create_missing"),
          .dry_run = call.flag("dry_run"),
          .clock = &context.clock,
          .is_cancelled = call.is_cancelled,
          .scratch = scratch_of(context)};
}

// The files of a call in their order: the rows, the lines, the error file.
class Files {
 public:
  explicit Files(const OperationCall& call) : call_(call) {}

  Result<void> open(crm::ImportOptions& options) {
    const std::size_t wanted =
        1U + (call_.flag("has_lines") ? 1U : 0U) + (call_.flag("has_errors") ? 1U : 0U);
    if (call_.files.size() != wanted)
      return Error{.code = Code::malformed, .message = "A file of the import is missing."};
    std::size_t next = 0;
    options.file = &rows_.emplace(call_.files[next++].get());
    if (call_.flag("has_lines")) options.lines = &lines_.emplace(call_.files[next++].get());
    if (call_.flag("has_errors")) options.errors = &errors_.emplace(call_.files[next++].get());
    return {};
  }

  Result<void> finish() {
    if (!errors_ || errors_->flush()) return {};
    return Error{.code = Code::disk_full,
                 .message = "The error file could not be written in full.",
                 .hint = "free some space, then import the same file again"};
  }

 private:
  const OperationCall& call_;
  std::optional<DescriptorInput> rows_, lines_;
  std::optional<DescriptorOutput> errors_;
};

// The counts alone, now and then.
class Progress {
 public:
  Progress(const OperationContext& context, const OperationCall& call)
      : clock_(context.clock), call_(call) {}

  void operator()(const crm::ImportReport& report) {
    const std::int64_t now_ms = clock_.monotonic_ms();
    if (now_ms - last_ms_ < k_progress_ms) return;
    last_ms_ = now_ms;
    crm::ImportReport counts;
    static_cast<crm::ImportCounts&>(counts) = static_cast<const crm::ImportCounts&>(report);
    counts.entity = report.entity;
    counts.dry_run = report.dry_run;
    call_.progress(crm::to_json(counts));
  }

 private:
  const Clock& clock_;
  const OperationCall& call_;
  std::int64_t last_ms_ = 0;
};

}  // namespace

Result<std::string> import_file(const OperationContext& context, OperationCall& call) {
  const model::Entity* entity = model::find_entity(call.text("collection"));
  if (entity == nullptr)
    return Error{.code = Code::usage,
                 .message = "There is no collection " + call.text("collection") + "."};
  const crm::Context who{.now_ms = context.clock.now_ms()};
  TRY(clear_up(context, who));
  crm::ImportOptions options = options_of(context, call);
  Files files(call);
  TRY(files.open(options));
  options.on_progress = Progress(context, call);
  auto imported = crm::import_records(context.store, context.records, who, *entity, options);
  if (!imported.ok()) {
    Error error = std::move(imported).error();
    if (error.kind == "bad_policy") error.code = Code::usage;  // a flag, here
    return error;
  }
  TRY(files.finish());
  const crm::ImportReport& report = *imported;
  if (report.stopped && report.stopped->kind != "interrupted") {
    Error error = *report.stopped;
    error.message += " " + std::to_string(report.rows) + " rows had been done and stay so.";
    error.hint = "mend it, then import the same file again: it goes on where it ended";
    return error;
  }
  return crm::to_json(report);
}

Result<std::string> undo_import_of_file(const OperationContext& context, OperationCall& call) {
  const crm::Context who{.now_ms = context.clock.now_ms()};
  const auto id = Uuid::parse(call.text("id"));
  if (!id)
    return Error{.code = Code::usage,
                 .message = "\"" + call.text("id") + "\" is no id of an import.",
                 .hint = "kontor import list"};
  TRY(clear_up(context, who));
  return crm::to_json(
      TRY(crm::undo_import(context.store, context.records, who, *id, call.is_cancelled)));
}

}  // namespace kontor::app
