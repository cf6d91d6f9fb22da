#include "crm/audit/person.h"

#include <optional>
#include <string>
#include <string_view>

#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"

namespace kontor::crm {
namespace {

using model::Entity;

std::optional<PersonRecord> find_in(store::ReadTx& tx, const Entity& entity, const Uuid& id) {
  store::Statement row =
      tx.prepare("SELECT id FROM " + std::string(entity.collection) + " WHERE uid = ?");
  row.with(store::Blob{id.blob()});
  if (!row.step()) return std::nullopt;
  return PersonRecord{.entity = &entity, .id = id, .row_id = row.integer(0)};
}

// Two searches: no index holds live records and those in the trash.
void add_children(store::ReadTx& tx, const Entity& entity, std::string_view key, std::int64_t owner,
                  std::vector<PersonRecord>& out) {
  for (const std::string_view where : {"deleted_at IS NULL", "deleted_at IS NOT NULL"}) {
    store::Statement row =
        tx.prepare("SELECT uid, id FROM " + std::string(entity.collection) + " WHERE " +
                   std::string(key) + " = ? AND " + std::string(where) + " ORDER BY id");
    row.with(owner);
    while (row.step())
      out.push_back(
          {.entity = &entity, .id = Uuid::from_blob(row.blob(0)), .row_id = row.integer(1)});
  }
}

}  // namespace

Result<PersonRecord> find_person(store::ReadTx& tx, const Uuid& id) {
  if (const auto found = find_in(tx, model::customer, id)) return *found;
  if (const auto found = find_in(tx, model::contact, id)) return *found;
  return Error{.code = Code::not_found,
               .message = "There is no customer or contact with the id " + id.text() + ".",
               .kind = "no_such_person",
               .hint = "the id is the last part of a record's address: /customers/ID"};
}

std::vector<PersonRecord> records_of_person(store::ReadTx& tx, const PersonRecord& person) {
  std::vector<PersonRecord> records = {person};
  if (person.entity != &model::customer) return records;
  add_children(tx, model::contact, "customer_id", person.row_id, records);
  const std::size_t orders = records.size();
  add_children(tx, model::order, "customer_id", person.row_id, records);
  const std::size_t payments = records.size();
  for (std::size_t i = orders; i < payments; ++i)
    add_children(tx, model::payment, "order_id", records[i].row_id, records);
  return records;
}

bool is_document(const Entity& entity) {
  return &entity == &model::order || &entity == &model::payment;
}

}  // namespace kontor::crm
