// What a caller is told of herself.
#pragma once

#include <string>

#include "crm/access/principal.h"
#include "crm/accounts/user.h"

namespace kontor::api {

// JSON of the schema Me: the account, and what may be done with it, so that a page shows nothing
// that would be refused.
std::string me_json(const crm::User& user, const crm::Principal& principal);

}  // namespace kontor::api
