// What the operator has set of the organisation, in front of what stands in the database.
#pragma once

#include <filesystem>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "crm/organisation/current_organisation.h"
#include "crm/organisation/organisation.h"
#include "store/store.h"

namespace kontor::app {

// Whatever flags, variables, credentials and kontor.toml say of the organisation's fields.
std::vector<crm::FixedField> fixed_fields(const Config& config);

// What counts, of both.
Result<crm::Organisation> organisation_in(store::Store& store, const Config& config);

// The same without the lock of a directory that a server may hold; without a database the settings
// alone count.
Result<crm::Organisation> organisation_in(const std::filesystem::path& database,
                                          const Config& config);

// All settings, those of the organisation as they count: where the operator has set nothing, value
// and origin ("organisation") are the database's.
Result<std::vector<ConfigEntry>> entries_with_organisation(const Config& config);

}  // namespace kontor::app
