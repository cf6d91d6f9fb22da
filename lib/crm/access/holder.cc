#include "crm/access/holder.h"

#include <string>

#include "crm/access/row_predicate.h"

namespace kontor::crm {

Holder holder_of(store::ReadTx& tx, const model::Entity& entity, const Uuid& id) {
  store::Statement row = tx.prepare("SELECT holder_id, deleted_at, created_by FROM " +
                                    std::string(entity.collection) + " WHERE uid = ?");
  const std::string_view uid = id.blob();
  row.with(store::Blob{uid});
  if (!row.step()) return {};
  Holder holder{.exists = true, .trashed = !row.is_null(1)};
  if (!row.is_null(0)) holder.user_id = row.integer(0);
  if (!row.is_null(2)) holder.creator_id = row.integer(2);
  return holder;
}

bool sees(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
          const Uuid& id) {
  const Reach reach = principal.rights.reach(entity, Act::read);
  if (reach == Reach::all || reach == Reach::none) return reach == Reach::all;
  return reaches(principal, entity, Act::read, holder_of(tx, entity, id).user_id);
}

}  // namespace kontor::crm
