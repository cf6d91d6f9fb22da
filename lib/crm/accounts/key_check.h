// Whether the master key is the one that belongs to a database.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/sealed.h"
#include "store/store.h"

namespace kontor::crm {

// SecretKey::check_value() of the key that belongs to the database; nullopt: it has seen none yet.
Result<std::optional<std::string>> known_key(store::ReadTx& tx);

// The database keeps a value by which its key is known again; the first key that is shown to it
// becomes its own. Code::wrong_key: it is another one, and what was sealed with its own stays
// closed. A store that takes no writes learns no key.
Result<void> check_key(store::Store& store, const SecretKey& key);

}  // namespace kontor::crm
