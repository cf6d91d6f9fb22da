#include "api/refusal_events.h"

#include <string>

#include "base/json_writer.h"
#include "crm/audit/audit_log.h"

namespace kontor::api {

void note_refusal(const Site& site, const Call& call, const Error& error) {
  if (error.code != Code::forbidden || !call.context.actor_id || call.route == nullptr) return;
  std::string detail;
  JsonWriter out(detail);
  out.begin_object().key("method").string(call.route->method);
  out.key("route").string(call.route->pattern).end_object();
  [[maybe_unused]] const Result<void> queued = site.services.store.write_later(
      [context = call.context, id = call.id().value_or(Uuid{}), detail](store::WriteTx& tx) {
        crm::record_event(tx, context, "refusals", id, "refuse", detail);
        return Result<void>();
      },
      [](const Result<void>&) {});
}

}  // namespace kontor::api
