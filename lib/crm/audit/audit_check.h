// Walks the audit trail and says whether it is the one that was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crm/audit/chain.h"
#include "store/transaction.h"

namespace kontor::crm {

struct AuditVerdict {
  std::int64_t rows = 0;    // of the chain
  std::int64_t before = 0;  // from before there was a chain
  std::int64_t erased = 0;  // rows whose content was emptied
  std::optional<AuditHead> head{};
  // The first bad row, and what is wrong with it; 0: none. What follows it was not looked at.
  std::int64_t bad_seq = 0;
  std::string what{};
};

// Reads every row once.
AuditVerdict check_audit(store::ReadTx& tx);

// The chain's end; none while nothing was written. Cheap.
std::optional<AuditHead> audit_head(store::ReadTx& tx);

// Does the trail still hold the row that was its end at some time? What is wrong if not. Tells of a
// trail that was cut off or written anew as a whole, which the chain alone cannot.
std::optional<std::string> check_head(store::ReadTx& tx, const AuditHead& head);

// As an invariant: the first bad row as a sentence.
std::vector<std::string> audit_differences(store::ReadTx& tx);

}  // namespace kontor::crm
