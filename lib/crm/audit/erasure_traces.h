// Where a person's data lie beside her records: rejected rows of imports, reports of undone ones,
// answers kept for a repeat of a request, samples that the query planner keeps.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "crm/context.h"
#include "crm/organisation/organisation.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// Collects what a person is known by, then takes it away wherever it is found.
class ErasureTraces {
 public:
  explicit ErasureTraces(store::WriteTx& tx) : tx_(tx) {}

  // The values of now, and those of a change.
  void add_record(const model::Entity& entity, const model::Record& record);
  void add_history(const model::Entity& entity, const Json& diff);
  // A name of hers in another system.
  void add_key(std::string_view key) { keys_.emplace(key); }

  // Rejected rows that hold an address, a number or a name of hers. How many.
  std::int64_t drop_import_rows();
  // Answers that name the record: a repeat gets an empty one. How many.
  std::int64_t empty_answers(const Uuid& id);
  void rename_in_undo_reports(const Uuid& id);
  void drop_statistics(const Organisation& organisation);

 private:
  void add(const model::Field& field, const std::string& value);

  store::WriteTx& tx_;
  // Every value of a field that says who it is; by kind, as they are found in different forms.
  std::set<std::string> names_, emails_, phones_, keys_;
};

}  // namespace kontor::crm
