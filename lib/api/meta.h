// The description of the data for clients that build themselves from it, such as the web UI.
#pragma once

#include <string>
#include <string_view>

#include "crm/organisation/organisation.h"

namespace kontor::api {

std::string meta_json(const crm::Organisation& organisation, std::string_view version);

}  // namespace kontor::api
