#include "crm/imports/importer.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/nearest.h"
#include "crm/history.h"
#include "crm/imports/import_failure.h"
#include "crm/imports/import_fingerprint.h"
#include "crm/imports/import_item.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/import_write.h"
#include "crm/imports/rehearsal_copy.h"
#include "crm/rules/rules.h"

namespace kontor::crm {
namespace {

using model::Entity;

constexpr std::string_view k_rolled_back = "dry_run_rolled_back";
constexpr std::string_view k_row_by_row = "redo_row_by_row";

// What became of one item; an Error, or an Imported.
using Answer = Result<Imported>;

enum class Savepoints { none, each_row };

// What one batch came to.
struct BatchDone {
  ImportCounts counts{};
  std::vector<ImportFailure> failures{};
};

class Import {
 public:
  Import(store::Store& store, const Records& records, Context context, const Entity& entity,
         const ImportOptions& options, ImportSource& source, ImportRecord fresh)
      : store_(&store),
        records_(records),
        context_(std::move(context)),
        entity_(entity),
        options_(options),
        source_(source),
        record_(std::move(fresh)) {
    context_.importing = true;
    report_.entity = std::string(entity.collection);
    report_.dry_run = options.dry_run;
    list_columns(source.mapping());
    if (source.has_lines_file()) list_columns(source.line_mapping());
    record_.columns = columns_json(report_);
    record_.error_header = error_file_header(source);
  }

  Result<ImportReport> run() {
    TRY(options_.dry_run ? peek() : begin());
    skip_done();
    write_errors_so_far();
    bool ended = false;
    if (options_.dry_run) ended = TRY(rehearse());
    while (!ended) {
      const std::vector<ImportItem> batch = next_batch();
      if (batch.empty()) break;
      Result<void> written = write(batch);
      if (!written.ok()) return stop(std::move(written).error());
      if (options_.on_progress) options_.on_progress(report_);
      if (options_.is_cancelled && options_.is_cancelled()) return stop(interrupted());
    }
    TRY(finish());
    return std::move(report_);
  }

 private:
  void list_columns(const Mapping& mapping) {
    for (const Mapping::Column& column : mapping.columns) {
      if (column.header == "_row" || column.header == "_error") continue;
      if (column.target.empty()) report_.unmapped.push_back(column.header);
      else report_.mapped.push_back(column.header + " → " + column.target);
    }
  }

  // For the import's own record, which moves on while its records keep one time.
  Context clocked() const {
    Context now = context_;
    if (options_.clock != nullptr) now.now_ms = options_.clock->now_ms();
    return now;
  }

  // An import of the same that was interrupted is gone on with.
  void go_on_with(const ImportRecord& known) {
    record_.row_id = known.row_id;
    record_.id = known.id;
    record_.position = known.position;
    record_.counts = known.counts;
    report_.resumed = known.position > 0;
  }

  // One that moved lately is being worked on, by another thread of this server.
  Result<void> check_abandoned(const ImportRecord& known) const {
    const bool moves = clocked().now_ms - known.updated_at_ms < limits::import_idle_ms;
    if (known.state != "running" || !moves) return {};
    return Error{.code = Code::conflict,
                 .message = "This very file is being imported right now.",
                 .kind = "import_running",
                 .hint = "kontor import list"};
  }

  Result<void> begin() {
    const ImportRecord fresh = record_;
    const Result<bool> begun = store_->write([&](store::WriteTx& tx) -> Result<bool> {
      record_ = fresh;
      record_.state = "running";
      const auto known = find_resumable(tx, context_, fresh.fingerprint);
      if (!known) {
        insert_import(tx, clocked(), record_);
        return true;
      }
      TRY(check_abandoned(*known));
      go_on_with(*known);
      update_import(tx, clocked(), record_);
      return true;
    });
    if (!begun.ok()) return begun.error();
    TRY(read_known());
    report_.id = options_.dry_run ? std::string() : record_.id.text();
    context_.request_id = "import " + record_.id.text();
    return {};
  }

  // What begin() would find, without a trace.
  Result<void> peek() {
    const auto known = TRY(store_->read([&](store::ReadTx& tx) {
      return Result<std::optional<ImportRecord>>(find_resumable(tx, context_, record_.fingerprint));
    }));
    if (known) go_on_with(*known);
    return read_known();
  }

  Result<void> read_known() {
    static_cast<ImportCounts&>(report_) = record_.counts;
    report_.errors = TRY(store_->read([&](store::ReadTx& tx) {
      return Result(first_errors(tx, record_.row_id, limits::import_errors_shown));
    }));
    return {};
  }

  // Of what was done before only the keys are looked at, for duplicates.
  void skip_done() {
    while (source_.position() < record_.position && source_.next()) continue;
  }

  void write_errors_so_far() {
    if (options_.errors == nullptr) return;
    *options_.errors << record_.error_header;
    if (record_.row_id == 0) return;
    std::int64_t last = INT64_MIN;
    bool more = true;
    // A piece at a time: a read transaction is not to be held for as long as a slow disk takes.
    while (more) {
      const auto piece = store_->read([&](store::ReadTx& tx) -> Result<std::string> {
        std::string lines;
        each_failure(tx, record_.row_id, last,
                     [&](std::int64_t position, std::string_view cells, std::string_view) {
                       lines += cells;
                       last = position;
                       return lines.size() < limits::csv_row_bytes;
                     });
        return lines;
      });
      more = piece.ok() && !piece->empty();
      if (more) *options_.errors << *piece;
    }
  }

  std::vector<ImportItem> next_batch() {
    if (!ahead_.empty()) return std::exchange(ahead_, {});
    std::vector<ImportItem> batch;
    while (batch.size() < batch_size()) {
      auto item = source_.next();
      if (!item) break;
      batch.push_back(*std::move(item));
    }
    return batch;
  }

  std::size_t batch_size() const { return std::max<std::size_t>(options_.batch, 1); }

  // True: one batch is all there is, and it has been rolled back. More than that goes into a copy
  // of the database, where the import then runs as it would in the real one.
  Result<bool> rehearse() {
    ahead_ = next_batch();
    if (ahead_.size() < batch_size()) {
      if (!ahead_.empty()) TRY(write(std::exchange(ahead_, {})));
      return true;
    }
    copy_ = TRY(RehearsalCopy::make(*store_, options_.scratch));
    store_ = &copy_->store();
    TRY(begin());
    return false;
  }

  bool is_rolled_back() const { return options_.dry_run && copy_ == nullptr; }

  // One batch: the records and where the import then stands are one transaction. All its rows
  // together first; if one fails after it has written something, nothing of the batch is there, and
  // it is done again with a savepoint for each row.
  Result<void> write(const std::vector<ImportItem>& batch) {
    Result<void> written = write(batch, Savepoints::none);
    const bool again = !written.ok() && written.error().code == Code::conflict;
    return again ? write(batch, Savepoints::each_row) : written;
  }

  // The job may run more than once, so it begins anew each time.
  Result<void> write(const std::vector<ImportItem>& batch, Savepoints savepoints) {
    BatchDone done;
    ImportRecord after;
    const Result<bool> ran = store_->write([&](store::WriteTx& tx) -> Result<bool> {
      after = record_;
      if (after.row_id == 0) insert_import(tx, clocked(), after);
      const std::int64_t first = last_change(tx);
      done = TRY(write_items(tx, batch, after.row_id, savepoints));
      add_batch(tx, after.row_id, first, last_change(tx));
      for (const ImportFailure& failure : done.failures)
        add_failure(tx, after.row_id, failure.position, failure.cells, failure.errors);
      after.counts.add(done.counts);
      after.position = batch.back().position;
      update_import(tx, clocked(), after);
      if (is_rolled_back())
        return Error{.code = Code::conflict, .message = "", .kind = std::string(k_rolled_back)};
      return true;
    });
    if (!ran.ok() && ran.error().kind != k_rolled_back) return ran.error();
    if (ran.ok()) record_ = std::move(after);
    report_.add(done.counts);
    for (ImportFailure& failure : done.failures) show(failure);
    return {};
  }

  void show(ImportFailure& failure) {
    if (options_.errors != nullptr) *options_.errors << failure.cells;
    for (RowError& error : failure.errors)
      if (report_.errors.size() < limits::import_errors_shown)
        report_.errors.push_back(std::move(error));
  }

  Result<BatchDone> write_items(store::WriteTx& tx, const std::vector<ImportItem>& batch,
                                std::int64_t import_row_id, Savepoints savepoints) {
    const ImportScope scope{.tx = tx,
                            .records = records_,
                            .context = context_,
                            .entity = entity_,
                            .mapping = source_.mapping(),
                            .line_mapping = source_.line_mapping(),
                            .options = options_,
                            .import_row_id = import_row_id};
    const std::vector<Answer> answers =
        savepoints == Savepoints::none ? TRY(write_together(scope, batch))
                                            : write_one_by_one(scope, batch);
                                            BatchDone done;
                                            for (std::size_t i = 0; i < batch.size(); ++i)
                                              count(batch[i], answers[i], done);
                                            return done;
  }

  // Each savepoint makes the full-text index write out what it holds, and SQLite keep the old
  // content of the pages that change: together most of what a row costs.
  static Result<std::vector<Answer>> write_together(const ImportScope& scope,
                                                    const std::vector<ImportItem>& batch) {
    std::vector<Answer> answers;
    for (const ImportItem& item : batch) {
      const std::int64_t before = scope.tx.total_changes();
      answers.push_back(import_item(scope, item));
      if (!answers.back().ok() && scope.tx.total_changes() != before)
        return Error{.code = Code::conflict, .message = "", .kind = std::string(k_row_by_row)};
    }
    return answers;
  }

  static std::vector<Answer> write_one_by_one(const ImportScope& scope,
                                              const std::vector<ImportItem>& batch) {
    std::vector<Answer> answers;
    for (const ImportItem& item : batch) {
      Imported imported;
      Result<void> ran = scope.tx.nested([&]() -> Result<void> {
        imported = TRY(import_item(scope, item));
        return {};
      });
      if (ran.ok()) answers.emplace_back(std::move(imported));
      else answers.emplace_back(std::move(ran).error());
    }
    return answers;
  }

  void count(const ImportItem& item, const Answer& answer, BatchDone& done) const {
    ++done.counts.rows;
    if (!answer.ok()) {
      ++done.counts.failed;
      done.failures.push_back(failure_of(source_, item, answer.error()));
      done.counts.error_count += static_cast<std::int64_t>(done.failures.back().errors.size());
      return;
    }
    switch (answer->outcome) {
      case ImportOutcome::created: ++done.counts.created; break;
      case ImportOutcome::updated: ++done.counts.updated; break;
      case ImportOutcome::unchanged: ++done.counts.unchanged; break;
      case ImportOutcome::skipped: ++done.counts.skipped; break;
    }
    for (const auto& [name, value] : answer->totals) done.counts.totals[name] += value;
  }

  static Error interrupted() {
    return {.code = Code::unavailable,
            .message = "The import was interrupted; what is counted is complete.",
            .kind = "interrupted",
            .hint = "import the same file with the same options: it goes on where it ended"};
  }

  // The counts are those of the last batch that was committed. If not even this can be written, the
  // record stays `running`, and the next start says what is true.
  Result<ImportReport> stop(Error error) {
    record_.state = "stopped";
    record_.reason = error.message;
    const Result<bool> ignored = save_state();
    static_cast<void>(ignored);
    report_.stopped = std::move(error);
    return std::move(report_);
  }

  Result<void> finish() {
    ImportFailure lost{.position = source_.position(), .errors = source_.lost_lines(), .cells = {}};
    const auto count = static_cast<std::int64_t>(lost.errors.size());
    report_.error_count += count;
    record_.counts.error_count += count;
    record_.state = "done";
    record_.finished_at_ms = clocked().now_ms;
    if (!is_rolled_back()) TRY(save_state(&lost));
    show(lost);
    return {};
  }

  Result<bool> save_state(const ImportFailure* lost = nullptr) {
    if (record_.row_id == 0) return true;
    return store_->write([&](store::WriteTx& tx) -> Result<bool> {
      update_import(tx, clocked(), record_);
      if (lost != nullptr && !lost->errors.empty())
        add_failure(tx, record_.row_id, lost->position + 1, lost->cells, lost->errors);
      return true;
    });
  }

  store::Store* store_;
  const Records& records_;
  Context context_;
  const Entity& entity_;
  const ImportOptions& options_;
  ImportSource& source_;
  ImportRecord record_;
  ImportReport report_;
  std::unique_ptr<RehearsalCopy> copy_;
  std::vector<ImportItem> ahead_;
};

}  // namespace

// A policy for a field that does not exist would be one that is not kept.
Result<void> check_policies(const Entity& entity, const ImportOptions& options) {
  std::vector<std::string> names;
  for (const model::Field& field : entity.fields) names.emplace_back(field.name);
  if (entity.lines != nullptr)
    for (const model::Field& field : entity.lines->fields)
      names.push_back("line." + std::string(field.name));
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (const auto& [name, policy] : options.policies) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string message = "There is no field " + name + " that a policy could be for.";
    const auto meant = nearest(name, known);
    if (meant) message += " Did you mean " + std::string(*meant) + "?";
    return Error{.code = Code::invalid,
                 .message = message,
                 .kind = "bad_policy",
                 .fields = {{"/policies/" + pointer_step(name), "unknown_field", message}}};
  }
  return {};
}

Result<ImportReport> import_records(store::Store& store, const Records& records,
                                    const Context& context, const model::Entity& entity,
                                    const ImportOptions& options) {
  TRY(check_policies(entity, options));
  ImportRecord fresh = TRY(describe_import(entity, options));
  fresh.id = records.new_id();
  const std::unique_ptr<ImportSource> source =
      TRY(ImportSource::open(entity, options, records.organisation()->currency));
  return Import(store, records, context, entity, options, *source, std::move(fresh)).run();
}

}  // namespace kontor::crm
