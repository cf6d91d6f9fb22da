// What the columns of a file can be mapped to, and what a header suggests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crm/imports/dialects/vendor_columns.h"
#include "crm/imports/mapping.h"

namespace kontor::crm {

struct Guess {
  std::string target{};  // empty: the header means nothing here
  MappingRule rule = MappingRule::none;
  std::string_view vendor{};
  const VendorColumn* column = nullptr;  // what else that program's column needs
};

// The entity's fields (none for lines) and the targets beside them. Holds references.
class MappingGoals {
 public:
  MappingGoals(const model::Entity* entity, std::span<const ImportTarget> targets)
      : entity_(entity), targets_(targets) {}

  std::vector<std::string_view> names() const;
  bool has(std::string_view name) const;
  std::string_view collection() const;  // "line" for lines
  Guess guess(const std::string& header, const std::vector<std::string>& all,
              std::string_view vendor) const;

 private:
  Guess by_target(const std::string& name) const;
  Guess by_field(const std::string& name) const;

  const model::Entity* entity_;
  std::span<const ImportTarget> targets_;
};

}  // namespace kontor::crm
