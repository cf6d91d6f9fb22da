// A change as someone may see it whose rights hide fields.
#pragma once

#include <string>
#include <string_view>

#include "crm/access/principal.h"
#include "model/entity.h"

namespace kontor::crm {

// Takes the fields that the caller may not see out of the diff of a change (change_log.h), those of
// lines too.
std::string visible_diff(const Principal& principal, const model::Entity& entity,
                         std::string_view diff);

}  // namespace kontor::crm
