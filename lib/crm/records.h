// Records: create, read, change and delete of every collection, by its entity. All writes run
// inside a job of the store's writer, so a record, its lines, its history and whatever the rules
// add are one transaction.
//
// Every read and write is held against the rights of a principal: writes against the one of their
// context. No right for any record of the collection is Code::forbidden; a record that she does not
// see is Code::not_found; one that she sees but may not change is Code::forbidden, as is a field
// that is kept from her. A reference to a record that she does not see is refused like one to
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/organisation/current_organisation.h"
#include "model/record.h"
#include "store/transaction.h"

namespace kontor::crm {

// A record after a write, as the API shows it.
struct Written {
  Uuid id{};
  std::int64_t row_id = 0;
  std::int64_t version = 0;
  std::string json;
};

// A record as the API shows it.
struct Rendered {
  std::string json;
  std::int64_t version = 0;
  bool trashed = false;
};

class Records {
 public:
  // `on_change` is called after each commit that changed records, on the writer thread.
  Records(const CurrentOrganisation& organisation, UuidSource& ids,
          std::function<void()> on_change = {});

  // `expand` names references whose records are put beside their ids: "customer" for customer_id.
  // Records in the trash are found too (they carry deleted_at).
  Result<Rendered> get(store::ReadTx& tx, const Principal& principal, const model::Entity& entity,
                       const Uuid& id, std::string_view expand = {},
                       std::string_view fields = {}) const;

  Result<Written> create(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                         const Json& body) const;

  // RFC 7396 merge patch. `if_version`: Code::stale with the current record if it is another one.
  // A patch that changes nothing writes nothing and keeps the version.
  Result<Written> update(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                         const Uuid& id, const Json& patch,
                         std::optional<std::int64_t> if_version = {}) const;

  // To the trash. Already there: Code::not_found.
  Result<Written> remove(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                         const Uuid& id, std::optional<std::int64_t> if_version = {}) const;

  // Back from the trash; Code::conflict if its unique value has been taken meanwhile.
  Result<Written> restore(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                          const Uuid& id) const;

  // One of the entity's moves. Not allowed now: Code::conflict with Error::allowed filled.
  // `body` may carry what the rule of the move needs (refund: {"amount": …}); null is fine.
  Result<Written> act(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                      const Uuid& id, std::string_view action, const Json& body,
                      std::optional<std::int64_t> if_version = {}) const;

  // For imports and demo data: a record made by the program. Runs the same rules and checks, rights
  // included. Nobody looks at what came of it, so Written::json stays empty.
  Result<Written> insert(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                         model::Record record) const;
  // The same for a change: `load` it, alter it, `save` it (writes only what differs). `load` asks
  // for no rights: nothing of what it gives may be shown.
  Result<model::Record> load(store::ReadTx& tx, const model::Entity& entity, const Uuid& id) const;
  Result<Written> save(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                       const model::Record& before, model::Record after,
                       std::string_view action = "update") const;

  // As it is now; it may be another one the next time.
  std::shared_ptr<const Organisation> organisation() const { return organisation_.now(); }
  // Tells of changes that were written past the rules, as a whole export is when it comes back.
  void announce(store::WriteTx& tx) const;
  // An id for what is no record of a collection but has one: an import.
  Uuid new_id() const { return ids_.next(); }

 private:
  Result<Written> write(store::WriteTx& tx, const Context& context, const model::Entity& entity,
                        const model::Record* before, model::Record record, std::string_view action,
                        std::vector<FieldError> errors) const;

  const CurrentOrganisation& organisation_;
  UuidSource& ids_;
  std::function<void()> on_change_;
};

}  // namespace kontor::crm
