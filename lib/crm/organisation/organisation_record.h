// The organisation in the database: what was set there, how it is changed, and how it is shown.
// What the operator has fixed outside of it comes first, and what nobody has set is built in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "crm/context.h"
#include "crm/organisation/current_organisation.h"
#include "crm/organisation/organisation.h"
#include "store/transaction.h"

namespace kontor::crm {

// The name under which its changes stand in the trail and in the stream of events.
inline constexpr std::string_view k_organisation = "organisation";

struct OrganisationRecord {
  std::int64_t version = 1;
  std::int64_t updated_at_ms = 0;                               // 0: never
  std::map<std::string, std::string, std::less<>> values = {};  // by field; what was set
};

// A database of a schema that has none gives one in which nothing is set.
OrganisationRecord read_organisation(store::ReadTx& tx);

// What counts of both.
Result<Organisation> resolve(const OrganisationRecord& record, std::span<const FixedField> fixed);

// Where the value of a field comes from: as FixedField says, "organisation" (the database), or
// "default".
std::string origin_of(const OrganisationRecord& record, std::span<const FixedField> fixed,
                      std::string_view field);

// {"version","updated_at","name",…,"address":{…},"origins":{…}}: what counts; null where nothing
// does. `origins` tells it of those fields that can be fixed.
std::string to_json(const OrganisationRecord& record, const CurrentOrganisation& current);

// The fields alone, as members of an object that is open.
void write_fields(JsonWriter& out, const Organisation& organisation);

// A merge patch: null and "" take a value back. Code::invalid with every field that is wrong or
// fixed; Code::stale if `if_version` is another one. What changes nothing writes nothing. The
// change stands in the trail, and counts for `current` as soon as it is durable.
Result<OrganisationRecord> change_organisation(store::WriteTx& tx, const Context& context,
                                               CurrentOrganisation& current, const Json& patch,
                                               std::optional<std::int64_t> if_version = {});

}  // namespace kontor::crm
