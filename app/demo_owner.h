// Who signs in to the throw-away shop.
#pragma once

#include <string>

#include "base/result.h"
#include "composition.h"
#include "session.h"

namespace kontor::app {

// An owner with a random password, in a database that has no user yet: a line that says how she
// signs in. In a kept one the user of the first start stays, and so does her password.
Result<std::string> make_demo_owner(Business& business, const Session& session);

}  // namespace kontor::app
