#include "organisation_settings.h"

#include <string_view>
#include <system_error>

#include "crm/organisation/organisation_field.h"
#include "crm/organisation/organisation_record.h"
#include "read_only.h"
#include "session.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_default = "default";

Result<crm::OrganisationRecord> record_in(const std::filesystem::path& database) {
  std::error_code failure;
  if (!std::filesystem::exists(database, failure)) return crm::OrganisationRecord{};
  return read_only(database, [](store::ReadTx& tx) -> Result<crm::OrganisationRecord> {
    return crm::read_organisation(tx);
  });
}

// nullptr: the setting is none of the organisation.
const crm::OrganisationField* field_of(std::string_view setting) {
  for (const crm::OrganisationField& field : crm::organisation_fields())
    if (field.setting == setting) return &field;
  return nullptr;
}

}  // namespace

std::vector<crm::FixedField> fixed_fields(const Config& config) {
  std::vector<crm::FixedField> fixed;
  for (const ConfigEntry& entry : config.entries()) {
    const crm::OrganisationField* field = field_of(entry.setting->name);
    if (field == nullptr || entry.origin == k_default) continue;
    fixed.push_back({std::string(field->name), entry.value.items.front(), entry.origin});
  }
  return fixed;
}

Result<crm::Organisation> organisation_in(store::Store& store, const Config& config) {
  return store.read([&](store::ReadTx& tx) {
    return crm::resolve(crm::read_organisation(tx), fixed_fields(config));
  });
}

Result<crm::Organisation> organisation_in(const std::filesystem::path& database,
                                          const Config& config) {
  return crm::resolve(TRY(record_in(database)), fixed_fields(config));
}

Result<std::vector<ConfigEntry>> entries_with_organisation(const Config& config) {
  const crm::OrganisationRecord record = TRY(record_in(data_path(config) / "kontor.db"));
  std::vector<ConfigEntry> entries(config.entries().begin(), config.entries().end());
  for (ConfigEntry& entry : entries) {
    const crm::OrganisationField* field = field_of(entry.setting->name);
    if (field == nullptr || entry.origin != k_default) continue;
    const auto value = record.values.find(field->name);
    if (value == record.values.end()) continue;
    entry.value.items = {value->second};
    entry.origin = crm::k_organisation;
  }
  return entries;
}

}  // namespace kontor::app
