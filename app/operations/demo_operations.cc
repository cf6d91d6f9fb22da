#include "crm/demo/demo.h"
#include "operations/operation.h"

namespace kontor::app {
namespace {

crm::DemoSize size_of(std::string_view name) {
  if (name == "s") return crm::DemoSize::s;
  return name == "l" ? crm::DemoSize::l : crm::DemoSize::m;
}

crm::DemoOptions demo_options(const OperationCall& call, const crm::Organisation& organisation,
                              const Clock& clock) {
  return {.preset = call.text("preset", "shop"),
          .size = size_of(call.text("size", "m")),
          .language = call.text("lang", "en"),
          .seed = static_cast<std::uint64_t>(call.integer("seed", 1)),
          .today = organisation.zone.local_date(clock.now_ms())};
}

}  // namespace

Result<std::string> load_demo_records(const OperationContext& context, OperationCall& call) {
  const auto organisation = context.records.organisation();
  return crm::to_json(TRY(crm::load_demo(context.store, context.records,
                                         demo_options(call, *organisation, context.clock))));
}

Result<std::string> clear_demo_records(const OperationContext& context, OperationCall&) {
  return crm::to_json(TRY(crm::clear_demo(context.store, {.now_ms = context.clock.now_ms()})));
}

}  // namespace kontor::app
