// How many records there are, from figures that are kept: nothing is counted.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/transaction.h"

namespace kontor::crm {

struct RecordCounts {
  std::int64_t customers = 0;
  std::vector<std::pair<std::string, std::int64_t>> orders;  // by status, each that there is
};

// Without what is in the trash.
RecordCounts record_counts(store::ReadTx& tx);

}  // namespace kontor::crm
