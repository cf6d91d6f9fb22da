// The description of the data for clients that build themselves from it, such as the web UI.
#pragma once

#include <string>
#include <string_view>

#include "crm/context.h"

namespace kontor::api {

// `name`: the organisation's, for the window and for documents; may be empty.
std::string meta_json(const crm::Organisation& organisation, std::string_view name,
                      std::string_view version);

}  // namespace kontor::api
