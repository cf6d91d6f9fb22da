// All that is held about a customer or contact, as a ZIP archive for the person who asks: data.json
// with everything, a CSV file of each collection for people, and a manifest with their SHA-256.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "crm/audit/person.h"
#include "store/transaction.h"

namespace kontor::crm {

struct PersonalExport {
  std::vector<std::pair<std::string, std::int64_t>> records;  // of each collection
  std::int64_t changes = 0;                                   // rows of history
};

// `write` gets the archive piece by piece; its error ends the export.
Result<PersonalExport> export_person(store::ReadTx& tx, const PersonRecord& person,
                                     std::int64_t now_ms, std::string_view program,
                                     const std::function<Result<void>(std::string_view)>& write);

// {"id","collection","records":{…},"changes"}
std::string to_json(const PersonRecord& person, const PersonalExport& exported);

}  // namespace kontor::crm
