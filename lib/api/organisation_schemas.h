// The schemas of the organisation, from its table of fields.
#pragma once

#include "base/json_writer.h"

namespace kontor::api {

// As members of the object that is open: Organisation, OrganisationPatch, and what everyone who has
// signed in sees of it, MetaOrganisation.
void write_organisation_schemas(JsonWriter& out);

}  // namespace kontor::api
