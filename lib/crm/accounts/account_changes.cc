#include "crm/accounts/account_changes.h"

#include <string>

#include "base/json_writer.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {

void note_account_change(store::WriteTx& tx, const Context& context, std::string_view collection,
                         const Uuid& id, std::string_view action, std::string_view before,
                         std::string_view after) {
  std::string detail;
  JsonWriter out(detail);
  out.begin_object().key("before");
  before.empty() ? out.null() : out.raw(before);
  out.key("after");
  after.empty() ? out.null() : out.raw(after);
  out.end_object();
  record_event(tx, context, collection, id, action, detail);
  accounts_changed(tx);
}

}  // namespace kontor::crm
