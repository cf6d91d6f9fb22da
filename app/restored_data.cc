#include "restored_data.h"

#include "base/civil.h"
#include "base/json_writer.h"
#include "crm/audit/audit_log.h"
#include "crm/audit/erasure.h"
#include "crm/organisation/organisation_record.h"
#include "crm/search_index.h"
#include "erasure_list.h"
#include "store/store.h"

namespace kontor::app {
namespace {

std::string detail_of(const RestoredFrom& from) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("source").string(from.source).key("taken_at");
  from.taken_at_ms > 0 ? out.string(format_instant(from.taken_at_ms)) : out.null();
  out.key("in_place").boolean(from.in_place).end_object();
  return text;
}

}  // namespace

Result<void> settle_restored(const std::filesystem::path& database,
                             const std::vector<crm::FixedField>& fixed, const Clock& clock,
                             const std::vector<std::filesystem::path>& lists,
                             const RestoredFrom& from) {
  std::vector<crm::Erasure> erasures;
  for (const std::filesystem::path& folder : lists) {
    const std::vector<crm::Erasure> listed = TRY(read_erasure_list(folder));
    erasures.insert(erasures.end(), listed.begin(), listed.end());
  }
  store::StoreOptions options{
      .database = database, .ballast_bytes = 0, .before_commit = crm::update_search_index};
  const auto store = TRY(store::Store::open(std::move(options), clock));
  const crm::Context context{.now_ms = clock.now_ms(), .request_id = from.action};
  const auto settle = [&](store::WriteTx& tx) -> Result<std::int64_t> {
    crm::record_event(tx, context, "backups", Uuid{}, from.action, detail_of(from));
    const auto organisation = TRY(crm::resolve(crm::read_organisation(tx), fixed));
    return crm::erase_again(tx, organisation, context, erasures);
  };
  const std::int64_t erased = TRY(store->write(settle));
  if (erased > 0) TRY(crm::purge_search_indexes(*store));
  store->close();
  return {};
}

}  // namespace kontor::app
