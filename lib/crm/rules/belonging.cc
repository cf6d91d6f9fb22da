#include "crm/rules/belonging.h"

#include <string>
#include <vector>

#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;
using model::Value;
using store::Statement;

std::size_t owner_field(const Entity& entity) { return *model::find_field(entity, "owner_id"); }

// The user who holds a record, as a reference shows it; null: nobody.
Value holder_of(store::ReadTx& tx, std::string_view collection, std::string_view id) {
  const auto uid = Uuid::parse(id);
  if (!uid) return {};
  Statement row = tx.prepare("SELECT u.uid FROM " + std::string(collection) +
                             " t JOIN users u ON u.id = t.holder_id WHERE t.uid = ?");
  row.with(store::Blob{uid->blob()});
  return row.step() ? Value(Uuid::from_blob(row.blob(0)).text()) : Value();
}

// Live records of `child` that belong to the row and have this owner.
std::vector<Uuid> children_of(store::ReadTx& tx, const Entity& child, std::int64_t parent_row_id,
                              const Value& owner) {
  const std::string* text = std::get_if<std::string>(&owner);
  Statement row = tx.prepare("SELECT t.uid FROM " + std::string(child.collection) + " t WHERE t." +
                             std::string(child.parent) +
                             " = ? AND t.deleted_at IS NULL AND t.owner_id IS "
                             "(SELECT u.id FROM users u WHERE u.uid = ?)");
  const Uuid uid = text != nullptr ? *Uuid::parse(*text) : Uuid{};
  row.with(parent_row_id, store::Blob{uid.blob()});
  std::vector<Uuid> ids;
  while (row.step()) ids.push_back(Uuid::from_blob(row.blob(0)));
  return ids;
}

Value creator_of(store::ReadTx& tx, const Entity& entity, std::int64_t row_id) {
  Statement row = tx.prepare("SELECT u.uid FROM " + std::string(entity.collection) +
                             " t JOIN users u ON u.id = t.created_by WHERE t.id = ?");
  row.with(row_id);
  return row.step() ? Value(Uuid::from_blob(row.blob(0)).text()) : Value();
}

}  // namespace

bool inherit_owner(const Scope& scope, const Entity& entity, const Record* before, Record& record) {
  if (entity.parent.empty()) return false;
  const std::size_t parent = *model::find_field(entity, entity.parent);
  Value& owner = record.values[owner_field(entity)];
  const bool moves = before != nullptr && before->values[parent] != record.values[parent];
  const bool keeps_owner = before != nullptr && before->values[owner_field(entity)] == owner;
  if (keeps_owner && !moves) return false;
  const std::string_view collection = entity.fields[parent].target;
  const bool has_own =
      keeps_owner && owner != holder_of(scope.tx, collection, before->text(parent));
  if (has_own || (!keeps_owner && !model::is_null(owner))) return false;
  Value inherited = holder_of(scope.tx, collection, record.text(parent));
  if (inherited == owner) return false;
  owner = std::move(inherited);
  return true;
}

Result<void> pass_on_owner(const Scope& scope, const Entity& entity, const Record* before,
                           const Record& record) {
  const std::size_t owner = owner_field(entity);
  if (before == nullptr || before->values[owner] == record.values[owner]) return {};
  const auto holder = [&](const Value& value) {
    return model::is_null(value) ? creator_of(scope.tx, entity, record.row_id) : value;
  };
  const Value from = holder(before->values[owner]), to = holder(record.values[owner]);
  for (const Entity* child : model::entities()) {
    const auto parent = model::find_field(*child, child->parent);
    if (!parent || child->fields[*parent].target != entity.collection) continue;
    for (const Uuid& id : children_of(scope.tx, *child, record.row_id, from)) {
      const Record was = TRY(scope.records.load(scope.tx, *child, id));
      Record now = was;
      now.values[owner_field(*child)] = to;
      TRY(scope.records.save(scope.tx, as_program(scope.context), *child, was, std::move(now)));
    }
  }
  return {};
}

}  // namespace kontor::crm
