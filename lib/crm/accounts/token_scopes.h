// What an API token may do of what its owner may: scopes such as "customers:read".
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crm/access/rights.h"

namespace kontor::crm {

// COLLECTION:ACT, with * for every one of them ("orders:*", "*:read"), or the name of a flag such
// as "see_cost". No scope at all stands for everything, as "*:*" with all flags does.
//
// The rights that the scopes grant at most; to be narrowed onto those of the owner at each use, so
// that a token loses what its owner loses. Code::invalid names each scope that is none
// (unknown_scope), with pointers below /scopes.
Result<Rights> rights_of_scopes(const std::vector<std::string>& scopes);

// Code::invalid names each scope of which the owner has nothing at all (exceeds_owner), and each
// that is none.
Result<void> check_scopes(const std::vector<std::string>& scopes, const Rights& owner);

}  // namespace kontor::crm
