// Giving all that one user holds to another: somebody leaves, the customers stay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "crm/records.h"
#include "store/store.h"

namespace kontor::crm {

struct ReassignReport {
  struct Left {
    std::string collection, id;
    std::string reason;  // one sentence
  };
  std::int64_t moved = 0;
  bool done = true;  // false: there is more, the same call goes on
  std::int64_t left_count = 0;
  std::vector<Left> left{};  // the first limits::reassign_left_shown
};

std::string to_json(const ReassignReport& report);

// Every record of every collection, in the trash too, that `from` holds becomes one of `to`, by the
// rules of any change and with a line in its history (`reassign`); at most
// limits::reassigned_at_once of them in one call, in steps that let other writers in. The caller
// must be allowed to manage both users (Code::forbidden); her rights to the records are not asked.
// What a rule refuses stays as it is and is listed.
//
// Code::not_found: no such user as `from`. Code::invalid: `to` is none, is not active, or the same.
// Blocks; thread-safe as Store::write is.
Result<ReassignReport> reassign(store::Store& store, const Records& records, const Context& context,
                                const Uuid& from, const Uuid& to);

}  // namespace kontor::crm
