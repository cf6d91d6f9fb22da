#include "crm/imports/restore_all.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "crm/change_log.h"
#include "crm/history.h"
#include "crm/imports/external_ids.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/restore_reader.h"
#include "crm/invariants.h"
#include "crm/rows.h"
#include "crm/search_index.h"
#include "crm/stock.h"
#include "model/entities/order.h"
#include "model/entities/product.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;
using store::WriteTx;

constexpr std::string_view k_rolled_back = "dry_run_rolled_back";
constexpr std::chrono::milliseconds k_look(100);

Error not_empty(std::string_view collection) {
  return {
      .code = Code::conflict,
      .message = "There are " + std::string(collection) +
                 " here, perhaps in the trash: a whole export goes into an empty instance only.",
      .kind = "not_empty",
      .hint = "kontor init --data NEW, then the same import with --data NEW"};
}

Result<void> check_empty(store::ReadTx& tx) {
  for (const Entity* entity : model::entities()) {
    store::Statement row = tx.prepare("SELECT 1 FROM " + std::string(entity->collection));
    if (row.step()) return not_empty(entity->collection);
  }
  return {};
}

Result<void> check_schema(store::ReadTx& tx, const ExportManifest& manifest) {
  store::Statement row = tx.prepare("SELECT user_version FROM pragma_user_version");
  CHECK(row.step());
  if (manifest.schema <= row.integer(0)) return {};
  return Error{.code = Code::newer_schema,
               .message = "The export was made by version " + manifest.program +
                          ", whose data this version does not know.",
               .hint = "install that version or a later one"};
}

Result<void> check_references_exist(store::ReadTx& tx, const Entity& entity, const Record& record) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const model::Field& field = entity.fields[i];
    if (field.kind != model::Kind::reference || model::is_null(record.values[i])) continue;
    const auto id = Uuid::parse(record.text(i));
    if (!id || !id_is_taken(tx, field.target, *id))
      return bad_record(field.name,
                        "There is no " + record.text(i) + " in " + std::string(field.target) + ".");
  }
  for (const Record& line : record.lines) TRY(check_references_exist(tx, *entity.lines, line));
  return {};
}

// How far the job is, for the thread that waits for it.
struct Progress {
  std::atomic<std::int64_t> done = 0;
  std::atomic<bool> cancelled = false;
  // What was being read when a constraint of the schema ended the job; for when it is over.
  std::string file{};
  std::int64_t line = 0;
};

Error interrupted() {
  return {.code = Code::unavailable,
          .message = "The import was interrupted; nothing was changed.",
          .kind = "interrupted",
          .hint = "run it again"};
}

// The error with its place, once.
Error at_line(Progress& progress, Error error) {
  const std::string file = std::exchange(progress.file, {});
  const bool of_record = error.code == Code::invalid || error.code == Code::conflict;
  if (file.empty() || !of_record) return error;
  const std::string line = progress.line > 0 ? ", line " + std::to_string(progress.line) : "";
  error.message = file + line + ": " + error.message;
  error.kind = "bad_export";
  error.hint = "export again where it came from";
  return error;
}

// What is written in the one transaction. The job may run more than once, so this is made anew.
class Restore {
 public:
  Restore(WriteTx& tx, const Records& records, const Context& context,
          const ExportManifest& manifest, const RestoreOptions& options, Progress& progress)
      : tx_(tx),
        records_(records),
        context_(context),
        manifest_(manifest),
        options_(options),
        progress_(progress) {
    progress_.done = 0;
    progress_.file.clear();
  }

  Result<RestoreReport> run() {
    TRY(check_schema(tx_, manifest_));
    TRY(check_empty(tx_));
    for (const Entity* entity : model::entities()) {
      const std::int64_t count = TRY(
          read_file(entity->collection, [&](std::istream& in) { return place_all(*entity, in); }));
      report_.records.emplace_back(entity->collection, count);
    }
    report_.external_ids =
        TRY(read_file(k_external_ids, [&](std::istream& in) { return place_names(in); }));
    set_series();
    TRY(check_invariants());
    return std::move(report_);
  }

 private:
  // The file of a collection. Without a savepoint: SQLite would go through what it keeps for one at
  // the end of every statement, which grows with the records.
  template <class Read>
  Result<std::int64_t> read_file(std::string_view collection, Read read) {
    const auto told =
        std::find_if(manifest_.files.begin(), manifest_.files.end(),
                     [&](const ExportedFile& file) { return file.collection == collection; });
    std::istream& in = *options_.files[static_cast<std::size_t>(told - manifest_.files.begin())];
    in.clear();
    in.seekg(0);
    progress_.file = told->file;
    progress_.line = 0;
    Result<std::int64_t> count = read(in);
    if (!count.ok()) return at_line(progress_, count.error());
    progress_.file.clear();
    if (*count != told->records)
      return bad_record(told->file, "It has " + std::to_string(*count) +
                                        " records, and the manifest says " +
                                        std::to_string(told->records) + ".");
    return count;
  }

  Result<std::int64_t> place_all(const Entity& entity, std::istream& in) {
    const auto reader =
        manifest_.format == "csv" ? TRY(open_restored_csv(in, manifest_.delimiter, entity))
            : open_restored_json(in, entity);
            std::int64_t count = 0;
            Record record;
            while (true) {
              const Result<bool> more = reader->next(record);
              progress_.line = reader->line();
              if (!TRY(more)) return count;
              TRY(place(entity, record, reader->created_by()));
              ++count;
              ++progress_.done;
              if (progress_.cancelled) return interrupted();
            }
  }

  std::optional<std::int64_t> user_of(const std::optional<Uuid>& id) const {
    if (!id) return std::nullopt;
    store::Statement row = tx_.prepare("SELECT id FROM users WHERE uid = ?");
    if (!row.with(store::Blob{id->blob()}).step()) return std::nullopt;
    return row.integer(0);
  }

  // An export holds no accounts, so people may be named who have none here.
  bool leave_to_nobody(const Entity& entity, Record& record) const {
    bool found = false;
    for (std::size_t i = 0; i < entity.fields.size(); ++i) {
      if (entity.fields[i].target != "users" || model::is_null(record.values[i])) continue;
      const auto id = Uuid::parse(record.text(i));
      if (!id || user_of(id)) continue;
      record.values[i] = model::Value();
      found = true;
    }
    return found;
  }

  Result<void> place(const Entity& entity, Record& record, const std::optional<Uuid>& made_by) {
    Context maker = context_;
    maker.actor_id = user_of(made_by);
    const bool left = leave_to_nobody(entity, record);
    if (left || (made_by && !maker.actor_id)) ++report_.without_account;
    TRY(check_references_exist(tx_, entity, record));
    write_row(tx_, *records_.organisation(), maker, entity, nullptr, record);
    log_change(tx_, context_, entity, record, "import", "{}");
    if (&entity == &model::product) {
      const std::int64_t on_hand = record.integer(model::product_field::stock_on_hand);
      if (on_hand != 0) record_stock_set(tx_, context_, record.row_id, on_hand);
    }
    if (&entity == &model::order) record_stock_held(tx_, context_, record);
    return {};
  }

  Result<std::int64_t> place_names(std::istream& in) {
    const auto reader =
        manifest_.format == "csv" ? TRY(open_restored_csv_names(in, manifest_.delimiter))
                            : open_restored_json_names(in);
                            std::int64_t count = 0;
                            RestoredName name;
                            while (true) {
                              const Result<bool> more = reader->next(name);
                              progress_.line = reader->line();
                              if (!TRY(more)) return count;
                              TRY(place_name(name));
                              ++count;
                            }
  }

  Result<void> place_name(const RestoredName& name) {
    const Entity* entity = model::find_entity(name.collection);
    const auto id = Uuid::parse(name.id);
    if (entity == nullptr || !id)
      return bad_record("", "There is no " + name.collection + " " + name.id + ".");
    store::Statement row =
        tx_.prepare("SELECT id FROM " + std::string(entity->collection) + " WHERE uid = ?");
    row.with(store::Blob{id->blob()});
    if (!row.step())
      return bad_record("", "There is no " + name.id + " in " + name.collection + ".");
    remember_external(tx_, name.collection, name.system, name.key, row.integer(0), 0);
    return {};
  }

  // Of the numbers that this instance has given none is left, so its series start as the export's.
  void set_series() {
    tx_.prepare("DELETE FROM sequences").run();
    for (const NumberSeries& series : manifest_.series)
      tx_.prepare("INSERT INTO sequences (series, period, next) VALUES (?, ?, ?)")
          .with(std::string_view(series.series), std::string_view(series.period), series.next)
          .run();
  }

  // The search index is else brought up to date at the end of the transaction.
  Result<void> check_invariants() {
    update_search_index(tx_);
    for (const Invariant& invariant : invariants()) {
      const std::vector<std::string> findings = invariant.check(tx_);
      if (findings.empty()) continue;
      return Error{.code = Code::invalid,
                   .message = "The export contradicts itself. " + std::string(invariant.meaning) +
                              " Here: " + findings.front() + ".",
                   .kind = "bad_export",
                   .hint = "kontor doctor, where it was exported"};
    }
    return {};
  }

  WriteTx& tx_;
  const Records& records_;
  const Context& context_;
  const ExportManifest& manifest_;
  const RestoreOptions& options_;
  Progress& progress_;
  RestoreReport report_;
};

ImportRecord journal_entry(const RestoreOptions& options, const Uuid& id) {
  ImportRecord record{.id = id};
  record.collection = "all";
  record.file_name = options.folder_name;
  record.sha256 = sha256_hex(options.manifest);
  record.fingerprint = record.sha256;
  record.mode = "restore";
  record.state = "running";
  return record;
}

void finish_entry(ImportRecord& entry, const RestoreReport& report, std::int64_t now_ms) {
  entry.state = "done";
  entry.finished_at_ms = now_ms;
  entry.position = entry.counts.rows = entry.counts.created = report.count();
  for (const auto& [name, count] : report.records) entry.counts.totals[name] = count;
}

// Runs `work` on a thread of its own and looks after it meanwhile.
template <class Work>
auto run_watched(Work work, const std::function<void()>& look) {
  std::mutex mutex;
  std::condition_variable ended;
  std::optional<decltype(work())> result;
  const std::jthread worker([&] {
    auto answer = work();
    const std::lock_guard lock(mutex);
    result.emplace(std::move(answer));
    ended.notify_all();
  });
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, k_look, [&] { return result.has_value(); })) {
    lock.unlock();
    look();
    lock.lock();
  }
  return *std::move(result);
}

std::vector<RestoreReport::Setting> other_settings(const ExportManifest& there,
                                                   const Organisation& here) {
  std::vector<RestoreReport::Setting> all = {{"currency", there.currency, here.currency},
                                             {"default_country", there.country, here.country},
                                             {"timezone", there.timezone, here.zone.name()}};
  std::erase_if(all, [](const RestoreReport::Setting& s) { return s.there == s.here; });
  return all;
}

}  // namespace

std::int64_t RestoreReport::count() const {
  std::int64_t sum = 0;
  for (const auto& [name, count] : records) sum += count;
  return sum;
}

Result<RestoreReport> restore_all(store::Store& store, const Records& records,
                                  const Context& context, const RestoreOptions& options) {
  const ExportManifest manifest = TRY(parse_manifest(options.manifest));
  if (manifest.files.size() != options.files.size())
    return Error{.code = Code::malformed, .message = "A file of the export is missing."};
  TRY(check_files(manifest, options.files));
  Progress progress;
  const Uuid id = records.new_id();
  Context importing = context;
  importing.importing = true;
  importing.request_id = "import " + id.text();
  RestoreReport report;
  const auto job = [&](WriteTx& tx) -> Result<bool> {
    ImportRecord entry = journal_entry(options, id);
    insert_import(tx, importing, entry);
    const std::int64_t before = last_change(tx);
    report = TRY(Restore(tx, records, importing, manifest, options, progress).run());
    add_batch(tx, entry.row_id, before, last_change(tx));
    finish_entry(entry, report, importing.now_ms);
    update_import(tx, importing, entry);
    records.announce(tx);
    if (!options.dry_run) return true;
    return Error{.code = Code::conflict, .message = "", .kind = std::string(k_rolled_back)};
  };
  const Result<bool> ran = run_watched([&] { return store.write(job); },
                                       [&] {
                                         if (options.is_cancelled && options.is_cancelled())
                                           progress.cancelled = true;
                                         if (options.on_progress)
                                           options.on_progress(progress.done);
                                       });
  if (!ran.ok() && ran.error().kind != k_rolled_back) return at_line(progress, ran.error());
  report.dry_run = options.dry_run;
  if (!options.dry_run) report.id = id.text();
  report.settings = other_settings(manifest, *records.organisation());
  return report;
}

std::string to_json(const RestoreReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id");
  report.id.empty() ? out.null() : out.string(report.id);
  out.key("entity").string("all").key("dry_run").boolean(report.dry_run);
  out.key("rows").integer(report.count()).key("created").integer(report.count());
  out.key("failed").integer(0).key("totals").begin_object();
  for (const auto& [name, count] : report.records) out.key(name).integer(count);
  out.key(k_external_ids).integer(report.external_ids).end_object();
  out.key("without_account").integer(report.without_account);
  out.key("settings").begin_array();
  for (const RestoreReport::Setting& setting : report.settings) {
    out.begin_object().key("name").string(setting.name);
    out.key("there").string(setting.there).key("here").string(setting.here).end_object();
  }
  out.end_array().end_object();
  return text;
}

}  // namespace kontor::crm
