// What must always hold of the data, by name, with an explanation when it does not. Shared by
// `doctor`, restore and the tests.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/transaction.h"

namespace kontor::crm {

struct Invariant {
  std::string_view name;     // "orders_add_up"
  std::string_view meaning;  // one sentence
  // Findings, at most a few; empty: it holds.
  std::vector<std::string> (*check)(store::ReadTx& tx);
};

std::span<const Invariant> invariants();

}  // namespace kontor::crm
