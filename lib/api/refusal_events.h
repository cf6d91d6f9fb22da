// What someone who has signed in was refused, for the audit trail.
#pragma once

#include "api/call.h"
#include "api/site.h"
#include "base/error.h"

namespace kontor::api {

// Of Code::forbidden alone, and of users alone: what strangers try is in the log. Waits for nobody;
// what cannot be written, as the disk is full, is not told.
void note_refusal(const Site& site, const Call& call, const Error& error);

}  // namespace kontor::api
