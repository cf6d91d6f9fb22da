// Runs a write so that a repeat with the same Idempotency-Key is answered as the first time.
#pragma once

#include "api/call.h"
#include "api/site.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

// For a job of the store: the handler's effect and the stored answer are one transaction. A refusal
// changes nothing and is not stored, so the key may be used again with better data.
Result<http::Response> write_once(const Site& site, store::WriteTx& tx, const Call& call);

}  // namespace kontor::api
