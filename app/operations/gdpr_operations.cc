#include "base/json_writer.h"
#include "base/limits.h"
#include "build_info.h"
#include "crm/audit/audit_log.h"
#include "crm/audit/erasure.h"
#include "crm/exports/personal_export.h"
#include "crm/search_index.h"
#include "erasure_list.h"
#include "operations/descriptor_stream.h"
#include "operations/operation.h"
#include "store/long_read.h"

namespace kontor::app {
namespace {

Result<Uuid> id_in(const OperationCall& call) {
  const auto id = Uuid::parse(call.text("id"));
  if (id) return *id;
  return Error{.code = Code::usage,
               .message = "\"" + call.text("id") + "\" is no id of a customer or contact.",
               .kind = "usage",
               .hint = "the id is the last part of a record's address: /customers/ID"};
}

crm::Context who(const OperationContext& context, std::string_view request) {
  return {.now_ms = context.clock.now_ms(), .request_id = std::string(request)};
}

// A reader may hold an old part of the log for a moment; an export holds it for as long as it runs.
Result<bool> empty_log(store::Store& store) {
  constexpr int tries = 5;
  for (int i = 0; i < tries; ++i)
    if (TRY(store.empty_log())) return true;
  return false;
}

std::string with_log(std::string json, bool is_empty) {
  json.pop_back();
  return json + ",\"log_emptied\":" + (is_empty ? "true" : "false") + "}";
}

}  // namespace

// The event comes first: nothing leaves the house without it.
Result<std::string> export_personal_data(const OperationContext& context, OperationCall& call) {
  const Uuid id = TRY(id_in(call));
  if (call.files.size() != 1)
    return Error{.code = Code::malformed, .message = "The file of the export is missing."};
  const crm::Context acting = who(context, "gdpr export");
  const auto noted = context.store.write([&](store::WriteTx& tx) -> Result<void> {
    const crm::PersonRecord person = TRY(crm::find_person(tx, id));
    crm::record_event(tx, acting, person.entity->collection, id, "gdpr_export");
    return {};
  });
  TRY(noted);
  DescriptorOutput file(call.files.front().get());
  const auto write = [&](std::string_view piece) -> Result<void> {
    if (call.is_cancelled()) return interrupted_error("The export was interrupted.");
    if (file.write(piece.data(), static_cast<std::streamsize>(piece.size()))) return {};
    return Error{.code = Code::io_error, .message = "The file could not be written."};
  };
  const auto read = TRY(context.store.long_read(limits::export_ms));
  return read->run([&](store::ReadTx& tx) -> Result<std::string> {
    const crm::PersonRecord person = TRY(crm::find_person(tx, id));
    const crm::PersonalExport exported =
        TRY(crm::export_person(tx, person, acting.now_ms, build_info().version, write));
    if (!file.flush())
      return Error{.code = Code::io_error, .message = "The file could not be written."};
    return crm::to_json(person, exported);
  });
}

Result<std::string> erase_personal_data(const OperationContext& context, OperationCall& call) {
  const Uuid id = TRY(id_in(call));
  const crm::Context acting = who(context, "gdpr erase");
  const auto organisation = context.records.organisation();
  const crm::Erased erased = TRY(context.store.write([&](store::WriteTx& tx) {
    context.records.announce(tx);
    return crm::erase_person(tx, *organisation, acting, id);
  }));
  TRY(crm::purge_search_indexes(context.store));
  TRY(settle_erasures(context.store, *organisation, context.clock,
                      context.data_dir.path() / "backups"));
  const bool is_empty = TRY(empty_log(context.store));
  return with_log(crm::to_json(erased), is_empty);
}

}  // namespace kontor::app
