// Which program wrote a file, told by its header.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::crm {

struct VendorVerdict {
  std::string_view id;               // "hubspot"
  std::string_view label;            // "HubSpot"
  std::vector<std::string> headers;  // that gave it away, as the file writes them
};

// nullopt: no program's signs are there, or those of several.
std::optional<VendorVerdict> find_vendor(const std::vector<std::string>& header);

// As a person writes the name; empty: there is no such program.
std::string_view vendor_label(std::string_view id);

}  // namespace kontor::crm
