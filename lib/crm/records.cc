#include "crm/records.h"

#include <algorithm>

#include "crm/access/field_rules.h"
#include "crm/access/record_access.h"
#include "crm/change_log.h"
#include "crm/rows.h"
#include "crm/rules/belonging.h"
#include "crm/rules/rules.h"
#include "crm/shape.h"
#include "model/decode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;

// What most records come to as JSON, so that the text does not grow in steps.
constexpr std::size_t k_record_bytes = 1024;

Error invalid(std::vector<FieldError> fields) {
  const std::string message = fields.size() == 1
                                  ? fields.front().detail
                                  : std::to_string(fields.size()) + " fields cannot be accepted.";
  return {.code = Code::invalid,
          .message = message,
          .kind = "validation_failed",
          .fields = std::move(fields)};
}

// A live record with which the caller may do `act`.
Result<Record> load_live(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                         const Uuid& id, Act act) {
  TRY(permit(tx, principal, entity, id, act));
  auto record = load_row(tx, entity, id);
  if (!record || record->deleted_at_ms) return no_such(entity);
  return *std::move(record);
}

Result<Rendered> render(store::ReadTx& tx, const Shape& shape, std::string_view select,
                        const Uuid& id, const RowPredicate& rows) {
  store::Statement row = tx.prepare(select);
  row.with(store::Blob{id.blob()});
  int mark = 1;
  for (const std::int64_t holder : rows.parameters) row.bind(++mark, holder);
  if (!row.step()) return no_such(*shape.entity);
  Rendered rendered{.json = {}, .version = row.integer(column::version)};
  rendered.trashed = !row.is_null(column::deleted_at);
  rendered.json.reserve(k_record_bytes);
  JsonWriter out(rendered.json);
  write_record(out, tx, shape, row);
  return rendered;
}

Result<Rendered> render_whole(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                              const Uuid& id, const RowPredicate& rows) {
  if (rows.is_open() && !principal.rights.hides_fields(entity)) {
    const WholeRecord& whole = whole_record(entity);
    return render(tx, whole.shape, whole.select_by_id, id, rows);
  }
  const Shape shape = TRY(shape_of(principal, entity, {}, {}));
  return render(tx, shape, select_by_id(shape) + rows.and_sql(), id, rows);
}

// A record that the caller may change, as she sees it; after a change also if she has just put it
// out of her own sight, by giving it to someone else.
Result<Rendered> show(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                      const Uuid& id) {
  const RowPredicate every;
  return render_whole(tx, principal, entity, id, every);
}

Result<Written> shown(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                      Result<Written> written) {
  if (!written.ok()) return written;
  Rendered rendered = TRY(show(tx, principal, entity, written->id));
  written->json = std::move(rendered.json);
  return written;
}

Result<void> check_version(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                           const Record& record, std::optional<std::int64_t> if_version) {
  if (!if_version || *if_version == record.version) return {};
  Rendered current = TRY(show(tx, principal, entity, record.id));
  return Error{.code = Code::stale,
               .message = "The record was changed meanwhile: it is at version " +
                          std::to_string(record.version) + ".",
               .current = std::move(current.json)};
}

// Before any rule looks at the records that are referred to: what it finds wrong with them would
// tell of records that the caller does not see.
Result<void> check_seen_references(store::ReadTx& tx, const Principal& principal,
                                   const Entity& entity, const Record* before, const Record& record,
                                   std::vector<FieldError>& errors) {
  if (sees_all_references(principal, entity)) return {};
  const std::size_t others = errors.size();
  check_references(tx, principal, entity, before, record, errors);
  if (errors.size() == others) return {};
  return invalid(std::move(errors));
}

// An id that the client chose must be free, also among records in the trash.
Result<void> check_free(store::ReadTx& tx, const Entity& entity, const Uuid& id) {
  if (id == Uuid{} || !id_is_taken(tx, entity.collection, id)) return {};
  return Error{.code = Code::conflict,
               .message = "There is a " + std::string(entity.name) + " with this id already.",
               .kind = "unique",
               .fields = {{.pointer = "/id", .code = "taken", .detail = "This id is taken."}}};
}

Result<void> check_lines_free(store::ReadTx& tx, const Entity& entity, const Record* before,
                              const Record& record) {
  Error error{.code = Code::conflict, .message = "A line with this id exists.", .kind = "unique"};
  for (std::size_t i = 0; i < record.lines.size(); ++i) {
    const Uuid& id = record.lines[i].id;
    const bool old = before != nullptr && std::any_of(before->lines.begin(), before->lines.end(),
                                                      [&](const Record& l) { return l.id == id; });
    if (old || id == Uuid{} || !id_is_taken(tx, entity.lines->collection, id)) continue;
    error.fields.push_back({.pointer = "/lines/" + std::to_string(i) + "/id",
                            .code = "taken",
                            .detail = "This id is taken."});
  }
  if (error.fields.empty()) return {};
  return error;
}

}  // namespace

Records::Records(const CurrentOrganisation& organisation, UuidSource& ids,
                 std::function<void()> on_change)
    : organisation_(organisation), ids_(ids), on_change_(std::move(on_change)) {}

Result<Rendered> Records::get(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                              const Uuid& id, std::string_view expand,
                              std::string_view fields) const {
  TRY(require(principal, entity, Act::read));
  const RowPredicate rows = rows_within(principal, entity, Act::read);
  if (fields.empty() && expand.empty()) return render_whole(tx, principal, entity, id, rows);
  const Shape shape = TRY(shape_of(principal, entity, split_names(fields), split_names(expand)));
  return render(tx, shape, select_by_id(shape) + rows.and_sql(), id, rows);
}

// One path for every write: rules, checks, row, rules, trail.
Result<Written> Records::write(store::WriteTx& tx, const Context& context, const Entity& entity,
                               const Record* before, Record record, std::string_view action,
                               std::vector<FieldError> errors) const {
  const Scope scope{tx, context, *this};
  const Principal& principal = *context.principal;
  TRY(check_seen_references(tx, principal, entity, before, record, errors));
  const bool inherited = inherit_owner(scope, entity, before, record);
  TRY(check_holder(tx, context, entity, before, record, inherited));
  const Rules& rules = rules_of(entity);
  if (rules.before_write != nullptr) TRY(rules.before_write(scope, before, record, errors));
  model::check_required(entity, record, errors);
  check_references(tx, principal, entity, before, record, errors);
  if (!errors.empty()) return invalid(std::move(errors));

  if (before == nullptr) TRY(check_free(tx, entity, record.id));
  TRY(check_lines_free(tx, entity, before, record));
  if (record.id == Uuid{}) record.id = ids_.next();
  for (Record& line : record.lines)
    if (line.id == Uuid{}) line.id = ids_.next();
  const std::string diff = diff_json(entity, before, record);
  if (!diff.empty()) {
    record.version = before == nullptr ? 1 : before->version + 1;
    record.updated_at_ms = context.now_ms;
    if (before == nullptr) record.created_at_ms = context.now_ms;
    write_row(tx, *organisation_.now(), context, entity, before, record);
    if (rules.after_write != nullptr) TRY(rules.after_write(scope, before, record));
    TRY(pass_on_owner(scope, entity, before, record));
    log_change(tx, context, entity, record, action, diff);
    announce(tx);
  }
  return Written{.id = record.id, .row_id = record.row_id, .version = record.version, .json = {}};
}

void Records::announce(store::WriteTx& tx) const {
  if (on_change_) tx.after_commit(on_change_);
}

Result<Written> Records::create(store::WriteTx& tx, const Context& context, const Entity& entity,
                                const Json& body) const {
  const Principal& principal = *context.principal;
  TRY(require(principal, entity, Act::create));
  Record record = model::blank(entity);
  std::vector<FieldError> errors;
  model::apply(entity, body, model::Mode::create, record, errors);
  TRY(check_fields(principal.rights, entity, nullptr, record, &body));
  return shown(tx, principal, entity,
               write(tx, context, entity, nullptr, std::move(record), "create", std::move(errors)));
}

Result<Written> Records::update(store::WriteTx& tx, const Context& context, const Entity& entity,
                                const Uuid& id, const Json& patch,
                                std::optional<std::int64_t> if_version) const {
  const Principal& principal = *context.principal;
  const Record before = TRY(load_live(tx, principal, entity, id, Act::update));
  TRY(check_version(tx, principal, entity, before, if_version));
  Record record = before;
  std::vector<FieldError> errors;
  model::apply(entity, patch, model::Mode::patch, record, errors);
  TRY(check_fields(principal.rights, entity, &before, record, &patch));
  return shown(tx, principal, entity,
               write(tx, context, entity, &before, std::move(record), "update", std::move(errors)));
}

Result<Written> Records::remove(store::WriteTx& tx, const Context& context, const Entity& entity,
                                const Uuid& id, std::optional<std::int64_t> if_version) const {
  const Principal& principal = *context.principal;
  const Record before = TRY(load_live(tx, principal, entity, id, Act::remove));
  TRY(check_version(tx, principal, entity, before, if_version));
  Record record = before;
  record.deleted_at_ms = context.now_ms;
  return shown(tx, principal, entity,
               write(tx, context, entity, &before, std::move(record), "delete", {}));
}

Result<Written> Records::restore(store::WriteTx& tx, const Context& context, const Entity& entity,
                                 const Uuid& id) const {
  const Principal& principal = *context.principal;
  TRY(permit(tx, principal, entity, id, Act::update));
  const auto before = load_row(tx, entity, id);
  if (!before) return no_such(entity);
  if (!before->deleted_at_ms) {
    return Error{.code = Code::conflict,
                 .message = "The record is not in the trash.",
                 .kind = "not_in_trash"};
  }
  Record record = *before;
  record.deleted_at_ms.reset();
  return shown(tx, principal, entity,
               write(tx, context, entity, &*before, std::move(record), "restore", {}));
}

Result<Written> Records::act(store::WriteTx& tx, const Context& context, const Entity& entity,
                             const Uuid& id, std::string_view action, const Json& body,
                             std::optional<std::int64_t> if_version) const {
  const Principal& principal = *context.principal;
  const Record before = TRY(load_live(tx, principal, entity, id, Act::update));
  TRY(permit_move(principal, entity, action));
  TRY(check_version(tx, principal, entity, before, if_version));
  const std::size_t status = *model::find_field(entity, "status");
  const model::Move* chosen = nullptr;
  Error refused{.code = Code::conflict, .kind = "move_not_allowed"};
  for (const model::Move& move : entity.moves) {
    if (move.from != before.text(status)) continue;
    refused.allowed.emplace_back(move.action);
    if (move.action == action) chosen = &move;
  }
  if (chosen == nullptr) {
    refused.message = "A " + std::string(entity.name) + " that is " + before.text(status) +
                      " cannot " + std::string(action) + ".";
    return refused;
  }
  Record record = before;
  std::vector<FieldError> errors;
  const Rules& rules = rules_of(entity);
  if (rules.on_move != nullptr) {
    TRY(rules.on_move(Scope{tx, context, *this}, *chosen, record, body, errors));
  } else {
    record.values[status] = std::string(chosen->to);
  }
  return shown(tx, principal, entity,
               write(tx, context, entity, &before, std::move(record), action, std::move(errors)));
}

Result<Written> Records::insert(store::WriteTx& tx, const Context& context, const Entity& entity,
                                Record record) const {
  TRY(require(*context.principal, entity, Act::create));
  TRY(check_fields(context.principal->rights, entity, nullptr, record, nullptr));
  return write(tx, context, entity, nullptr, std::move(record),
               context.importing ? "import" : "create", {});
}

Result<Record> Records::load(store::ReadTx& tx, const Entity& entity, const Uuid& id) const {
  auto record = load_row(tx, entity, id);
  if (!record) return no_such(entity);
  return *std::move(record);
}

Result<Written> Records::save(store::WriteTx& tx, const Context& context, const Entity& entity,
                              const Record& before, Record after, std::string_view action) const {
  TRY(permit(tx, *context.principal, entity, before.id, Act::update));
  TRY(check_fields(context.principal->rights, entity, &before, after, nullptr));
  return write(tx, context, entity, &before, std::move(after), action, {});
}

}  // namespace kontor::crm
