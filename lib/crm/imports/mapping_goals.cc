#include "crm/imports/mapping_goals.h"

#include <algorithm>

#include "crm/imports/dialects/known_headers.h"

namespace kontor::crm {
namespace {

using model::Field;

bool knows(std::span<const std::string_view> aliases, std::string_view header) {
  return std::any_of(aliases.begin(), aliases.end(),
                     [&](std::string_view alias) { return plain_header(alias) == header; });
}

}  // namespace

std::vector<std::string_view> MappingGoals::names() const {
  std::vector<std::string_view> all;
  for (const ImportTarget& target : targets_) all.push_back(target.name);
  if (entity_ == nullptr) return all;
  for (const Field& field : entity_->fields)
    if (is_importable(*entity_, field)) all.push_back(field.name);
  return all;
}

bool MappingGoals::has(std::string_view name) const {
  const auto all = names();
  return std::find(all.begin(), all.end(), name) != all.end();
}

std::string_view MappingGoals::collection() const {
  return entity_ != nullptr ? entity_->collection : "line";
}

Guess MappingGoals::by_target(const std::string& name) const {
  for (const ImportTarget& target : targets_) {
    if (plain_header(target.name) == name)
      return {.target = std::string(target.name), .rule = MappingRule::exact};
    if (knows(target.aliases, name))
      return {.target = std::string(target.name), .rule = MappingRule::alias};
  }
  return {};
}

Guess MappingGoals::by_field(const std::string& name) const {
  for (const Field& field : entity_->fields) {
    if (!is_importable(*entity_, field)) continue;
    if (plain_header(field.name) == name || plain_header(field.label) == name)
      return {.target = std::string(field.name), .rule = MappingRule::exact};
    if (knows(field.aliases, name))
      return {.target = std::string(field.name), .rule = MappingRule::alias};
  }
  return {};
}

Guess MappingGoals::guess(const std::string& header, const std::vector<std::string>& all,
                          std::string_view vendor) const {
  const std::string name = plain_header(header);
  if (name.empty()) return {};
  if (const VendorColumn* column = vendor_column(vendor, collection(), header, all))
    return {.target = std::string(column->target),
            .rule = column->target.empty() ? MappingRule::none : MappingRule::vendor,
            .vendor = vendor,
            .column = column};
  // The very name of a field is never another one's alias: so our own exports come back.
  if (entity_ != nullptr) {
    for (const Field& field : entity_->fields)
      if (field.name == header && is_importable(*entity_, field))
        return {.target = header, .rule = MappingRule::exact};
  }
  Guess found = by_target(name);
  if (found.target.empty() && entity_ != nullptr) found = by_field(name);
  if (!found.target.empty()) return found;
  const KnownTarget known = known_header(collection(), header);
  if (known.target.empty()) return {};
  return {.target = std::string(known.target),
          .rule = known.vendor.empty() ? MappingRule::alias : MappingRule::vendor,
          .vendor = known.vendor};
}

}  // namespace kontor::crm
