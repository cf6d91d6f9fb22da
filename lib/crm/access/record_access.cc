#include "crm/access/record_access.h"

#include <string>

#include <algorithm>

#include "crm/access/holder.h"
#include "crm/accounts/role_rights.h"
#include "crm/accounts/users.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;
using store::Statement;

Error forbidden(const Entity& entity, std::string_view what) {
  return {.code = Code::forbidden,
          .message = "You may see this " + std::string(entity.name) + ", but not " +
                     std::string(what) + " it.",
          .kind = "forbidden"};
}

Error beyond_reach(const Entity& entity) {
  return {.code = Code::forbidden,
          .message = "You may not give this " + std::string(entity.name) + " to its new owner.",
          .kind = "forbidden",
          .fields = {{.pointer = "/owner_id",
                      .code = "beyond_reach",
                      .detail = "You give to those alone who share a team with you."}}};
}

Error cannot_read(const Entity& entity) {
  const std::string detail =
      "This user may not read " + std::string(entity.collection) + ": choose somebody else.";
  return {.code = Code::invalid,
          .message = detail,
          .kind = "validation_failed",
          .fields = {{.pointer = "/owner_id", .code = "cannot_read", .detail = detail}}};
}

// To whom the caller may give: with `assign` for all to everybody, else to who shares a team with
// her, whether she may give away the team's records or only her own.
bool gives_to(const Principal& who, const Entity& entity, std::optional<std::int64_t> holder) {
  const Reach reach = reach_of(who, entity, Act::assign);
  if (reach == Reach::all) return true;
  return reach != Reach::none && holder &&
         std::binary_search(who.peers.begin(), who.peers.end(), *holder);
}

// Who gets a record must see it then. The program itself restores what was.
Result<void> check_receiver(store::ReadTx& tx, const Context& context, const Entity& entity,
                            std::optional<std::int64_t> owner) {
  if (!owner || owner == context.actor_id || context.principal->user_id == 0) return {};
  const auto user = find_user(tx, *owner);
  if (!user) return {};
  const Rights rights = rights_of_roles(tx, user->roles);
  return rights.reach(entity, Act::read) == Reach::none ? cannot_read(entity) : Result<void>();
}

bool reaches_every_row(const Principal& principal, const Entity& entity, Act act) {
  return reach_of(principal, entity, act) == Reach::all;
}

// Row id of the user who is named as owner; nullopt: none is named, or there is no such user.
std::optional<std::int64_t> owner_of(store::ReadTx& tx, const Record& record, std::size_t owner) {
  const auto id = Uuid::parse(record.text(owner));
  if (!id) return std::nullopt;
  Statement row = tx.prepare("SELECT id FROM users WHERE uid = ?");
  row.with(store::Blob{id->blob()});
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

Result<void> check_new_holder(const Context& context, const Entity& entity,
                              std::optional<std::int64_t> owner, bool is_own_choice) {
  const Principal& who = *context.principal;
  const bool gives = is_own_choice && owner != context.actor_id;
  // As if it were made by her and for her first, and given away then.
  if (!reaches(who, entity, Act::create, gives || !owner ? context.actor_id : owner))
    return Error{.code = Code::forbidden,
                 .message = "You may not make " + std::string(entity.collection) +
                            " that belong to someone else.",
                 .kind = "forbidden"};
  if (!gives) return {};
  return gives_to(who, entity, owner) ? Result<void>() : beyond_reach(entity);
}

Result<void> check_next_holder(store::ReadTx& tx, const Principal& who, const Entity& entity,
                               const Uuid& id, std::optional<std::int64_t> owner, bool inherited) {
  const Act act = inherited ? Act::update : Act::assign;
  if (reaches_every_row(who, entity, act)) return {};
  const Holder now = holder_of(tx, entity, id);
  const auto next = owner ? owner : now.creator_id;
  const bool reaches_next =
      inherited ? reaches(who, entity, act, next) : gives_to(who, entity, next);
  if (now.exists && reaches(who, entity, act, now.user_id) && reaches_next) return {};
  return beyond_reach(entity);
}

// Moves that need more than the right to change the record.
struct GuardedMove {
  std::string_view collection, action;
  Flag flag;
};
constexpr GuardedMove k_guarded_moves[] = {{"payments", "refund", Flag::refund}};

}  // namespace

Error no_such(const Entity& entity) {
  return {.code = Code::not_found,
          .message = "There is no " + std::string(entity.name) + " with this id."};
}

bool visible(store::ReadTx& tx, const Principal& principal, const Entity& entity, const Uuid& id) {
  const Holder holder = holder_of(tx, entity, id);
  return holder.exists && reaches(principal, entity, Act::read, holder.user_id);
}

Result<void> permit(store::ReadTx& tx, const Principal& principal, const Entity& entity,
                    const Uuid& id, Act act) {
  TRY(require(principal, entity, act));
  if (reaches_every_row(principal, entity, act)) return {};
  const Holder holder = holder_of(tx, entity, id);
  if (!holder.exists || !reaches(principal, entity, Act::read, holder.user_id))
    return no_such(entity);
  if (reaches(principal, entity, act, holder.user_id)) return {};
  return forbidden(entity, act == Act::update ? "change" : name_of(act));
}

Result<void> permit_move(const Principal& principal, const Entity& entity,
                         std::string_view action) {
  for (const GuardedMove& guarded : k_guarded_moves) {
    if (guarded.collection != entity.collection || guarded.action != action) continue;
    if (principal.rights.has(guarded.flag)) continue;
    return Error{.code = Code::forbidden,
                 .message = "You have no right to " + std::string(action) + " " +
                            std::string(entity.collection) + ".",
                 .kind = "forbidden"};
  }
  return {};
}

Result<void> check_holder(store::ReadTx& tx, const Context& context, const Entity& entity,
                          const Record* before, const Record& record, bool inherited) {
  const Principal& who = *context.principal;
  const auto owner_field = model::find_field(entity, "owner_id");
  const bool is_named = !model::is_null(record.values[*owner_field]);
  if (before != nullptr && before->values[*owner_field] == record.values[*owner_field]) return {};
  const auto owner = owner_of(tx, record, *owner_field);
  if (is_named && !owner) return {};  // a reference to nothing: its own error
  if (before == nullptr) {
    if (!reaches_every_row(who, entity, Act::create) ||
        (is_named && !reaches_every_row(who, entity, Act::assign)))
      TRY(check_new_holder(context, entity, owner, is_named && !inherited));
  } else {
    TRY(check_next_holder(tx, who, entity, record.id, owner, inherited));
  }
  return inherited ? Result<void>() : check_receiver(tx, context, entity, owner);
}

}  // namespace kontor::crm
