#include "crm/imports/import_names.h"

namespace kontor::crm {

std::string_view name_of(ImportMode mode) {
  return k_import_modes.at(static_cast<std::size_t>(mode));
}

std::string_view name_of(ImportPolicy policy) {
  return k_import_policies.at(static_cast<std::size_t>(policy));
}

std::optional<ImportMode> import_mode(std::string_view name) {
  for (const ImportMode mode : {ImportMode::create, ImportMode::update, ImportMode::upsert})
    if (name_of(mode) == name) return mode;
  return std::nullopt;
}

std::optional<ImportPolicy> import_policy(std::string_view name) {
  for (const auto policy : {ImportPolicy::always, ImportPolicy::if_empty, ImportPolicy::never})
    if (name_of(policy) == name) return policy;
  return std::nullopt;
}

}  // namespace kontor::crm
