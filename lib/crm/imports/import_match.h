// Which record a row of a file means, and which one it refers to. Nothing is guessed: several
// records that fit are an error that names them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crm/imports/import_write.h"

namespace kontor::crm {

// A record, or none, or why that cannot be told. The pointer of the fault is empty.
struct Match {
  std::optional<Uuid> id{};
  std::optional<FieldError> fault{};
};

// The record that an item is about: by the source's id, ours, sku or e-mail address; then by domain
// and name where the options say so. A record that the source knows by another id is another one.
Result<std::optional<Uuid>> find_existing(const ImportScope& scope, const ImportItem& item);

// The record that `text` names in a cell: by the source's id, ours, its number, sku, e-mail
// address or name; a customer also by domain where the options say so.
Match find_linked(const ImportScope& scope, std::string_view collection, std::string_view text);

// The customer with an e-mail address of the same firm as this one; none for the domains of
// providers that give addresses to everybody.
Match find_by_domain(const ImportScope& scope, std::string_view email);

// A payment of an order by its reference.
Match find_payment(const ImportScope& scope, const Uuid& order, std::string_view reference,
                   std::string_view key);

}  // namespace kontor::crm
