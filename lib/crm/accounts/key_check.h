// Whether the master key is the one that belongs to a database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/sealed.h"
#include "crm/context.h"
#include "store/store.h"

namespace kontor::crm {

// SecretKey::check_value() of the key that belongs to the database; nullopt: it has seen none yet.
Result<std::optional<std::string>> known_key(store::ReadTx& tx);

// The database keeps a value by which its key is known again; the first key that is shown to it
// becomes its own. Code::wrong_key: it is another one, and what was sealed with its own stays
// closed. A store that takes no writes learns no key.
Result<void> check_key(store::Store& store, const SecretKey& key);

// Makes another key the database's own, as the one before is lost: what that sealed, which is the
// seeds of one-time codes, is removed with the recovery codes, and their users are signed out.
// How many users that were. Code::conflict if the key is the database's already.
Result<std::int64_t> adopt_key(store::Store& store, const Context& context, const SecretKey& key);

}  // namespace kontor::crm
