#include "crm/accounts/reassign.h"

#include <utility>

#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/management.h"
#include "crm/accounts/users.h"
#include "crm/rows.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;
using store::Statement;

// Each with a savepoint of its own, and many of these in one job cost more than their number.
constexpr std::int64_t k_records_a_job = 200;

Error bad_target(std::string code, std::string detail) {
  return {.code = Code::invalid,
          .message = detail,
          .kind = "validation_failed",
          .fields = {{"/to", std::move(code), detail}}};
}

Result<User> check_users(store::ReadTx& tx, const Principal& who, const Uuid& from,
                         const Uuid& to) {
  const auto giver = find_user(tx, from);
  if (!giver) return Error{.code = Code::not_found, .message = "There is no user with this id."};
  const auto taker = find_user(tx, to);
  if (!taker) return bad_target("not_found", "There is no such user.");
  if (!taker->active) return bad_target("disabled", "This user is disabled.");
  if (from == to) return bad_target("same", "This is the user who holds them already.");
  TRY(check_may_manage(tx, who, *giver));
  TRY(check_may_manage(tx, who, *taker));
  return *giver;
}

// Where the walk through what is held stands: collection by collection, what lives before what is
// in the trash. The holder's index has the order of the first, that of the trash the second's.
struct Place {
  std::size_t collection = 0;
  bool trash = false;
  std::int64_t created_at_ms = INT64_MIN;
  std::int64_t row_id = 0;

  bool is_end() const { return collection == model::entities().size(); }
  const Entity& entity() const { return *model::entities()[collection]; }
  void go_on() { *this = trash ? Place{.collection = collection + 1} : Place{collection, true}; }
};

class Reassignment {
 public:
  Reassignment(const Records& records, Context context, std::int64_t giver, const Uuid& to)
      : records_(records), context_(std::move(context)), giver_(giver), to_(to) {
    context_.principal = Principal::program();
  }

  Result<ReassignReport> run(store::Store& store) {
    while (!place_.is_end() && report_.moved < limits::reassigned_at_once) {
      next_place_ = place_;
      next_report_ = report_;
      TRY(store.write([&](store::WriteTx& tx) { return move_some(tx); }));
      place_ = next_place_;
      report_ = next_report_;
    }
    report_.done = place_.is_end();
    return std::move(report_);
  }

 private:
  // May run more than once, so it works on a place and a report of its own.
  Result<bool> move_some(store::WriteTx& tx) {
    next_place_ = place_;
    next_report_ = report_;
    const std::vector<Uuid> held = held_records(tx);
    const Entity& entity = next_place_.entity();
    for (const Uuid& id : held) {
      const Result<void> moved = tx.nested([&] { return move(tx, entity, id); });
      if (moved.ok()) ++next_report_.moved;
      else leave(entity, id, moved.error().message);
    }
    if (held.size() < k_records_a_job) next_place_.go_on();
    return true;
  }

  std::vector<Uuid> held_records(store::ReadTx& tx) {
    const std::string select =
        "SELECT uid, created_at, id FROM " + std::string(next_place_.entity().collection) + " ";
    Statement row = tx.prepare(
        select +
        (next_place_.trash
             ? "WHERE deleted_at IS NOT NULL AND +holder_id = ? AND id > ? ORDER BY id"
             : "WHERE deleted_at IS NULL AND holder_id = ? AND (created_at, id) > (?, ?) "
               "ORDER BY created_at, id") +
        " LIMIT ?");
    if (next_place_.trash) {
      row.with(giver_, next_place_.row_id, k_records_a_job);
    } else {
      row.with(giver_, next_place_.created_at_ms, next_place_.row_id, k_records_a_job);
    }
    std::vector<Uuid> held;
    while (row.step()) {
      held.push_back(Uuid::from_blob(row.blob(0)));
      next_place_.created_at_ms = row.integer(1);
      next_place_.row_id = row.integer(2);
    }
    return held;
  }

  Result<void> move(store::WriteTx& tx, const Entity& entity, const Uuid& id) const {
    const Record before = TRY(records_.load(tx, entity, id));
    Record after = before;
    after.values[*model::find_field(entity, "owner_id")] = to_.text();
    TRY(records_.save(tx, context_, entity, before, std::move(after), "reassign"));
    return {};
  }

  void leave(const Entity& entity, const Uuid& id, const std::string& reason) {
    ++next_report_.left_count;
    if (next_report_.left.size() < limits::reassign_left_shown)
      next_report_.left.push_back({std::string(entity.collection), id.text(), reason});
  }

  const Records& records_;
  Context context_;
  const std::int64_t giver_;
  const Uuid to_;
  Place place_, next_place_;
  ReassignReport report_, next_report_;
};

}  // namespace

std::string to_json(const ReassignReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("moved").integer(report.moved).key("done").boolean(report.done);
  out.key("left_count").integer(report.left_count).key("left").begin_array();
  for (const ReassignReport::Left& left : report.left) {
    out.begin_object().key("collection").string(left.collection).key("id").string(left.id);
    out.key("reason").string(left.reason).end_object();
  }
  out.end_array().end_object();
  return text;
}

Result<ReassignReport> reassign(store::Store& store, const Records& records, const Context& context,
                                const Uuid& from, const Uuid& to) {
  const User giver = TRY(
      store.read([&](store::ReadTx& tx) { return check_users(tx, *context.principal, from, to); }));
  return Reassignment(records, context, giver.row_id, to).run(store);
}

}  // namespace kontor::crm
