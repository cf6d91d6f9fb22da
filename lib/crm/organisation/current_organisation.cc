#include "crm/organisation/current_organisation.h"

#include <algorithm>
#include <utility>

namespace kontor::crm {

CurrentOrganisation::CurrentOrganisation(Organisation now, std::vector<FixedField> fixed)
    : fixed_(std::move(fixed)), now_(std::make_shared<const Organisation>(std::move(now))) {}

std::shared_ptr<const Organisation> CurrentOrganisation::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

bool CurrentOrganisation::is_fixed(std::string_view field) const {
  return std::any_of(fixed_.begin(), fixed_.end(),
                     [&](const FixedField& one) { return one.name == field; });
}

void CurrentOrganisation::replace(Organisation next) {
  auto fresh = std::make_shared<const Organisation>(std::move(next));
  const std::lock_guard lock(mutex_);
  now_.swap(fresh);
}

}  // namespace kontor::crm
