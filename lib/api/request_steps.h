// What every request passes before its handler, in one list. Each step refuses or adds to the call.
#pragma once

#include "api/call.h"
#include "api/site.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

// Runs the steps for a call that has its route and the parameters of its path.
Result<void> prepare(const Site& site, const http::Request& request, Call& call);

// The steps for one operation of a batch, whose parts come from the body of the batch. `if_match`
// is empty if none is given.
Result<Call> prepare_operation(const Site& site, const Route& route, http::Params params,
                               const Call& batch, std::string_view path, http::Params query,
                               Json body, std::string_view if_match);

// Whether there is a user yet. Asks the database until there is one; yes if that cannot be read.
bool has_users(const Site& site);

// From a program on this machine, and through no proxy: such a caller may see what is the
// operator's alone.
bool comes_from_here(const http::Request& request);

}  // namespace kontor::api
