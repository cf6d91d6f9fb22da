#include "crm/audit/audit_log.h"
#include "operations/operation.h"

namespace kontor::app {
namespace {

// What a command may say happened: of changes of records the trail hears from those who make them.
bool is_event(std::string_view collection) {
  return collection == "exports" || collection == "backups";
}

}  // namespace

Result<std::string> note_event_of_command(const OperationContext& context, OperationCall& call) {
  const std::string collection = call.text("collection"), action = call.text("action"),
                    detail = call.text("detail", "{}");
  const auto parsed = parse_json(detail);
  if (!is_event(collection) || action.empty() || !parsed.ok() || parsed->object() == nullptr)
    return Error{.code = Code::malformed, .message = "This is no event of a command."};
  const crm::Context acting{.now_ms = context.clock.now_ms(), .request_id = "command"};
  TRY(context.store.write([&](store::WriteTx& tx) -> Result<void> {
    crm::record_event(tx, acting, collection, Uuid{}, action, detail);
    return {};
  }));
  return std::string("{}");
}

}  // namespace kontor::app
