#include "crm/imports/import_journal.h"

#include "base/civil.h"
#include "base/json_writer.h"

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_select =
    "SELECT id, uid, created_at, updated_at, finished_at, undone_at, collection, file_name, "
    "sha256, fingerprint, mode, state, reason, position, row_count, created, updated, unchanged, "
    "skipped, failed, error_count, totals, columns, error_header, undo, created_by FROM imports ";

std::optional<std::int64_t> integer_at(const Statement& row, int index) {
  if (row.is_null(index)) return std::nullopt;
  return row.integer(index);
}

ImportCounts counts_at(const Statement& row, int index) {
  return {.rows = row.integer(index),
          .created = row.integer(index + 1),
          .updated = row.integer(index + 2),
          .unchanged = row.integer(index + 3),
          .skipped = row.integer(index + 4),
          .failed = row.integer(index + 5),
          .error_count = row.integer(index + 6),
          .totals = totals_of_json(row.text(index + 7))};
}

ImportRecord record_of(const Statement& row) {
  const auto text = [&](int index) { return std::string(row.text(index)); };
  return {.row_id = row.integer(0),
          .id = Uuid::from_blob(row.blob(1)),
          .created_at_ms = row.integer(2),
          .updated_at_ms = row.integer(3),
          .finished_at_ms = integer_at(row, 4),
          .undone_at_ms = integer_at(row, 5),
          .collection = text(6),
          .file_name = text(7),
          .sha256 = text(8),
          .fingerprint = text(9),
          .mode = text(10),
          .state = text(11),
          .reason = text(12),
          .position = row.integer(13),
          .counts = counts_at(row, 14),
          .columns = text(22),
          .error_header = text(23),
          .undo = text(24),
          .created_by = integer_at(row, 25)};
}

std::optional<ImportRecord> first(Statement& row) {
  if (!row.step()) return std::nullopt;
  return record_of(row);
}

void bind_integer(Statement& statement, int index, const std::optional<std::int64_t>& value) {
  if (value) {
    statement.bind(index, *value);
  } else {
    statement.bind(index, nullptr);
  }
}

void write_instant(JsonWriter& out, std::string_view name,
                   const std::optional<std::int64_t>& at_ms) {
  out.key(name);
  at_ms ? out.string(format_instant(*at_ms)) : out.null();
}

bool sees_all_imports(const Principal& principal) { return principal.rights.has(Flag::settings); }

}  // namespace

bool may_see(const Principal& principal, const ImportRecord& record) {
  return sees_all_imports(principal) ||
         (record.created_by && *record.created_by == principal.user_id);
}

std::optional<ImportRecord> find_resumable(store::ReadTx& tx, const Context& context,
                                           std::string_view fingerprint) {
  Statement row = tx.prepare(std::string(k_select) +
                             "WHERE fingerprint = ? AND state IN ('queued', 'running', 'stopped') "
                             "AND created_by IS ? ORDER BY id DESC LIMIT 1");
  row.bind(1, fingerprint);
  bind_integer(row, 2, context.actor_id);
  return first(row);
}

std::optional<ImportRecord> find_import(store::ReadTx& tx, const Uuid& id) {
  Statement row = tx.prepare(std::string(k_select) + "WHERE uid = ?");
  row.with(store::Blob{id.blob()});
  return first(row);
}

std::vector<ImportRecord> list_imports(store::ReadTx& tx, const Principal& principal, int limit,
                                       std::int64_t before_row_id) {
  Statement row = tx.prepare(std::string(k_select) +
                             "WHERE id < ? AND (? OR created_by = ?) ORDER BY id DESC LIMIT ?");
  row.with(before_row_id, std::int64_t{sees_all_imports(principal) ? 1 : 0}, principal.user_id,
           std::int64_t{limit});
  std::vector<ImportRecord> all;
  while (row.step()) all.push_back(record_of(row));
  return all;
}

void insert_import(store::WriteTx& tx, const Context& context, ImportRecord& record) {
  Statement insert = tx.prepare(
      "INSERT INTO imports (uid, created_at, updated_at, collection, file_name, sha256, "
      "fingerprint, mode, state, columns, error_header, created_by) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  record.created_at_ms = record.updated_at_ms = context.now_ms;
  insert.with(store::Blob{record.id.blob()}, record.created_at_ms, record.updated_at_ms,
              std::string_view(record.collection), std::string_view(record.file_name),
              std::string_view(record.sha256), std::string_view(record.fingerprint),
              std::string_view(record.mode), std::string_view(record.state),
              std::string_view(record.columns), std::string_view(record.error_header));
  record.created_by = context.actor_id;
  bind_integer(insert, 12, record.created_by);
  insert.run();
  record.row_id = tx.last_insert_id();
}

void update_import(store::WriteTx& tx, const Context& context, const ImportRecord& record) {
  Statement update = tx.prepare(
      "UPDATE imports SET updated_at = ?, state = ?, reason = ?, position = ?, row_count = ?, "
      "created = ?, updated = ?, unchanged = ?, skipped = ?, failed = ?, error_count = ?, "
      "totals = ?, columns = ?, error_header = ?, finished_at = ?, undone_at = ?, undo = ? WHERE "
      "id = ?");
  const ImportCounts& counts = record.counts;
  const std::string totals = totals_json(counts);
  update.with(context.now_ms, std::string_view(record.state), std::string_view(record.reason),
              record.position, counts.rows, counts.created, counts.updated, counts.unchanged,
              counts.skipped, counts.failed, counts.error_count, std::string_view(totals),
              std::string_view(record.columns), std::string_view(record.error_header));
  bind_integer(update, 15, record.finished_at_ms);
  bind_integer(update, 16, record.undone_at_ms);
  update.bind(17, std::string_view(record.undo)).bind(18, record.row_id).run();
}

void add_batch(store::WriteTx& tx, std::int64_t import_row_id, std::int64_t before,
               std::int64_t last) {
  if (last == before) return;
  tx.prepare("INSERT INTO import_batches (import_id, first_change, last_change) VALUES (?, ?, ?)")
      .with(import_row_id, before + 1, last)
      .run();
}

void add_failure(store::WriteTx& tx, std::int64_t import_row_id, std::int64_t position,
                 std::string_view cells, const std::vector<RowError>& errors) {
  const std::string reasons = errors_json(errors);
  tx.prepare("INSERT INTO import_errors (import_id, position, cells, errors) VALUES (?, ?, ?, ?)")
      .with(import_row_id, position, cells, std::string_view(reasons))
      .run();
}

void each_failure(store::ReadTx& tx, std::int64_t import_row_id, std::int64_t position,
                  const std::function<bool(std::int64_t position, std::string_view cells,
                                           std::string_view errors)>& visit) {
  Statement row = tx.prepare(
      "SELECT position, cells, errors FROM import_errors WHERE import_id = ? AND position > ? "
      "ORDER BY position");
  row.with(import_row_id, position);
  while (row.step())
    if (!visit(row.integer(0), row.text(1), row.text(2))) return;
}

std::vector<RowError> first_errors(store::ReadTx& tx, std::int64_t import_row_id,
                                   std::size_t most) {
  std::vector<RowError> all;
  each_failure(tx, import_row_id, INT64_MIN,
               [&](std::int64_t, std::string_view, std::string_view errors) {
                 for (RowError& error : errors_of_json(errors))
                   if (all.size() < most) all.push_back(std::move(error));
                 return all.size() < most;
               });
  return all;
}

std::int64_t stop_abandoned(store::WriteTx& tx, const Context& context) {
  tx.prepare(
        "UPDATE imports SET state = 'stopped', updated_at = ?, "
        "reason = 'The program ended before the import did.' "
        "WHERE state IN ('running', 'queued')")
      .with(context.now_ms)
      .run();
  return tx.changes();
}

std::string to_json(const ImportRecord& record, const std::vector<RowError>* errors) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id");
  record.id == Uuid{} ? out.null() : out.string(record.id.text());
  out.key("collection").string(record.collection).key("file_name").string(record.file_name);
  out.key("sha256").string(record.sha256).key("mode").string(record.mode);
  out.key("state").string(record.state).key("reason").string(record.reason);
  write_instant(out, "created_at", record.created_at_ms);
  write_instant(out, "updated_at", record.updated_at_ms);
  write_instant(out, "finished_at", record.finished_at_ms);
  write_instant(out, "undone_at", record.undone_at_ms);
  const ImportCounts& counts = record.counts;
  out.key("rows").integer(counts.rows).key("created").integer(counts.created);
  out.key("updated").integer(counts.updated).key("unchanged").integer(counts.unchanged);
  out.key("skipped").integer(counts.skipped).key("failed").integer(counts.failed);
  out.key("error_count").integer(counts.error_count);
  out.key("columns").raw(record.columns).key("totals").raw(totals_json(counts));
  out.key("undo");
  record.undo.empty() ? out.null() : out.raw(record.undo);
  if (errors != nullptr) out.key("errors").raw(errors_json(*errors));
  out.end_object();
  return text;
}

}  // namespace kontor::crm
