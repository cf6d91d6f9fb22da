// The words of an import's options, as commands, requests and mapping files say them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "crm/imports/importer.h"

namespace kontor::crm {

inline constexpr std::array<std::string_view, 3> k_import_modes = {"create", "update", "upsert"};
inline constexpr std::array<std::string_view, 3> k_import_policies = {"always", "if_empty",
                                                                      "never"};
inline constexpr std::array<std::string_view, 2> k_import_matches = {"domain", "name"};

std::string_view name_of(ImportMode mode);
std::string_view name_of(ImportPolicy policy);
std::optional<ImportMode> import_mode(std::string_view name);
std::optional<ImportPolicy> import_policy(std::string_view name);

}  // namespace kontor::crm
