// Browsers that have signed in to an account, known again by a cookie of their own (OWASP's "device
// cookie"): what strangers get wrong does not lock them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "store/transaction.h"

namespace kontor::crm {

// `token`: what the browser shows, may be anything. nullopt: it is a stranger to this account.
std::optional<std::int64_t> find_device(store::ReadTx& tx, std::int64_t user_row_id,
                                        std::string_view token);

// What the browser is to show from now on: the same token if it is known by it, else a new one. The
// browser seen longest ago is forgotten for it if there are more than limits::known_devices.
std::string remember_device(store::WriteTx& tx, std::int64_t user_row_id, std::string_view token,
                            std::int64_t now_ms, Random& random);

}  // namespace kontor::crm
