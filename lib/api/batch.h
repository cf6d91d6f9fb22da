// POST /api/v1/batch: several writes in one transaction.
#pragma once

#include "api/call.h"
#include "base/result.h"
#include "http/message.h"
#include "store/transaction.h"

namespace kontor::api {

struct Site;

// Each operation has the form of a request and goes through the same route. atomic (the default):
// the first refusal takes everything back and is the answer, its pointers beginning with
// /operations/<index>. Not atomic: each is undone alone, and its problem stands in the results.
Result<http::Response> run_batch(const Site& site, store::WriteTx& tx, const Call& call);

}  // namespace kontor::api
