#include "crm/imports/import_undo.h"

#include <utility>

#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/imports/external_ids.h"
#include "crm/imports/import_before.h"
#include "crm/imports/import_journal.h"
#include "crm/rows.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;

// Each with a savepoint of its own, and many of these in one job cost more than their number.
constexpr std::int64_t k_changes_a_job = 200;

struct Step {
  std::int64_t seq = 0;
  std::string collection;
  Uuid id{};
};

struct Reference {
  std::string_view collection;
  std::string_view sql;  // one parameter: the row id; a row: something live refers to it
  std::string_view by;
};

constexpr Reference k_references[] = {
    {"customers", "SELECT 1 FROM orders WHERE customer_id = ? AND deleted_at IS NULL", "orders"},
    {"customers", "SELECT 1 FROM contacts WHERE customer_id = ? AND deleted_at IS NULL",
     "contacts"},
    {"products",
     "SELECT 1 FROM order_lines l JOIN orders o ON o.id = l.order_id AND o.deleted_at IS NULL "
     "WHERE l.product_id = ?",
     "orders"},
    {"orders", "SELECT 1 FROM payments WHERE order_id = ? AND deleted_at IS NULL", "payments"},
};

// Of what collection are the records that refer to this one? Empty: there are none.
std::string_view referred_by(store::ReadTx& tx, std::string_view collection, std::int64_t row_id) {
  for (const Reference& reference : k_references) {
    if (reference.collection != collection) continue;
    store::Statement row = tx.prepare(reference.sql);
    row.with(row_id);
    if (row.step()) return reference.by;
  }
  return "";
}

Result<void> check_state(const ImportRecord& record) {
  if (record.mode == "restore")
    return Error{.code = Code::conflict,
                 .message = "A whole export is not taken back: it went into an empty instance.",
                 .kind = "import_restored",
                 .hint = "kontor init --data NEW begins another empty one"};
  if (record.state == "undone")
    return Error{.code = Code::conflict,
                 .message = "This import is undone already.",
                 .kind = "import_undone"};
  if (record.state == "done" || record.state == "stopped") return {};
  return Error{.code = Code::conflict,
               .message = "This import has not come to an end yet.",
               .kind = "import_running",
               .hint = "kontor import list"};
}

class Undo {
 public:
  Undo(store::Store& store, const Records& records, Context context, ImportRecord record)
      : store_(store),
        records_(records),
        context_(std::move(context)),
        record_(std::move(record)),
        import_tag_("import " + record_.id.text()),
        undo_tag_("undo " + record_.id.text()) {
    context_.importing = true;
    context_.request_id = undo_tag_;
    report_.id = record_.id.text();
    report_.collection = record_.collection;
  }

  Result<UndoReport> run(const std::function<bool()>& is_cancelled) {
    std::int64_t before = INT64_MAX;
    while (before > 0) {
      if (is_cancelled && is_cancelled())
        return Error{.code = Code::conflict,
                     .message = "The undo was interrupted; what is taken back stays so.",
                     .kind = "undo_interrupted",
                     .hint = "kontor import undo " + report_.id};
      before = TRY(store_.write([&](store::WriteTx& tx) { return undo_some(tx, before); }));
      report_ = std::move(next_);
    }
    return std::move(report_);
  }

 private:
  // The changes before `before`, newest first; gives the number to go on from, 0 at the end. May
  // run more than once, so it counts into a report of its own.
  Result<std::int64_t> undo_some(store::WriteTx& tx, std::int64_t before) {
    next_ = report_;
    const std::vector<Step> steps = steps_before(tx, before);
    for (const Step& step : steps) {
      const Result<void> ran = tx.nested([&] { return undo_step(tx, step); });
      if (!ran.ok()) TRY(leave(tx, step, "refused", ran.error().message));
    }
    if (!steps.empty()) return steps.back().seq;
    record_.state = "undone";
    record_.undone_at_ms = context_.now_ms;
    record_.reason = next_.left_count == 0
                         ? ""
                         : std::to_string(next_.left_count) + " records were left as they are.";
    record_.undo = to_json(next_);
    update_import(tx, context_, record_);
    return 0;
  }

  std::vector<Step> steps_before(store::ReadTx& tx, std::int64_t before) const {
    store::Statement row = tx.prepare(
        "SELECT c.seq, c.collection, c.record_uid FROM import_batches b "
        "CROSS JOIN changes c ON c.seq BETWEEN b.first_change AND b.last_change "
        "WHERE b.import_id = ? AND b.first_change < ? AND c.seq < ? AND c.action = 'import' "
        "ORDER BY b.first_change DESC, c.seq DESC LIMIT ?");
    row.with(record_.row_id, before, before, k_changes_a_job);
    std::vector<Step> steps;
    while (row.step())
      steps.push_back({row.integer(0), std::string(row.text(1)), Uuid::from_blob(row.blob(2))});
    return steps;
  }

  Result<void> undo_step(store::WriteTx& tx, const Step& step) {
    const Entity& entity = *model::find_entity(step.collection);
    const auto now = load_row(tx, entity, step.id);
    if (!now) return {};
    const ImportedRecord was = imported_record(tx, entity, *now, step.seq, import_tag_, undo_tag_);
    if (was.taken_back || was.has_later_step) return {};
    if (now->deleted_at_ms) {
      ++next_.gone;
      return {};
    }
    if (was.created) return remove(tx, step, entity, *now, was);
    if (was.edited)
      return leave(tx, step, "edited", "It was edited since, so it keeps what it has.");
    TRY(records_.save(tx, context_, entity, *now, was.before, "undo"));
    forget_external(tx, step.collection, now->row_id, record_.row_id);
    ++next_.restored;
    return {};
  }

  Result<void> remove(store::WriteTx& tx, const Step& step, const Entity& entity, const Record& now,
                      const ImportedRecord& was) {
    const std::string_view by = referred_by(tx, step.collection, now.row_id);
    if (!by.empty())
      return leave(tx, step, "referenced", "There are " + std::string(by) + " of it.");
    if (was.edited) return leave(tx, step, "edited", "It was edited since.");
    Record trashed = now;
    trashed.deleted_at_ms = context_.now_ms;
    TRY(records_.save(tx, context_, entity, now, std::move(trashed), "undo"));
    forget_external(tx, step.collection, now.row_id, record_.row_id);
    ++next_.removed;
    return {};
  }

  Result<void> leave(store::ReadTx& tx, const Step& step, std::string code, std::string reason) {
    ++next_.left_count;
    if (next_.left.size() >= limits::import_errors_shown) return {};
    const Entity& entity = *model::find_entity(step.collection);
    const auto record = load_row(tx, entity, step.id);
    const auto title = model::find_field(entity, entity.title);
    next_.left.push_back({.collection = step.collection,
                          .id = step.id.text(),
                          .title = record && title ? record->text(*title) : std::string(),
                          .code = std::move(code),
                          .reason = std::move(reason)});
    return {};
  }

  store::Store& store_;
  const Records& records_;
  Context context_;
  ImportRecord record_;
  const std::string import_tag_, undo_tag_;
  UndoReport report_, next_;
};

}  // namespace

std::string to_json(const UndoReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id").string(report.id).key("collection").string(report.collection);
  out.key("removed").integer(report.removed).key("restored").integer(report.restored);
  out.key("gone").integer(report.gone).key("left_count").integer(report.left_count);
  out.key("left").begin_array();
  for (const UndoReport::Left& left : report.left) {
    out.begin_object().key("collection").string(left.collection).key("id").string(left.id);
    out.key("title").string(left.title).key("code").string(left.code);
    out.key("reason").string(left.reason).end_object();
  }
  out.end_array().end_object();
  return text;
}

Result<UndoReport> undo_import(store::Store& store, const Records& records, const Context& context,
                               const Uuid& id, const std::function<bool()>& is_cancelled) {
  auto record = TRY(store.read(
      [&](store::ReadTx& tx) { return Result<std::optional<ImportRecord>>(find_import(tx, id)); }));
  if (!record || !may_see(*context.principal, *record))
    return Error{.code = Code::not_found,
                 .message = "There is no import with this id.",
                 .hint = "kontor import list"};
  TRY(check_state(*record));
  return Undo(store, records, context, *std::move(record)).run(is_cancelled);
}

}  // namespace kontor::crm
