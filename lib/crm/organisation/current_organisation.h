// The organisation as it is now, for all who ask while a server runs: an immutable value that is
// exchanged as a whole.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crm/organisation/organisation.h"

namespace kontor::crm {

// A field that the operator has set outside of the database, where it cannot be changed.
struct FixedField {
  std::string name;    // of the field
  std::string value;   // checked as a setting
  std::string origin;  // "kontor.toml:3", "env KONTOR_CURRENCY"
};

// Thread-safe. What takes more than one look at it must keep what now() gave, so that it sees one
// state of it; jobs of the store's writer do so anyway, as it is replaced between them.
class CurrentOrganisation {
 public:
  explicit CurrentOrganisation(Organisation now = {}, std::vector<FixedField> fixed = {});

  std::shared_ptr<const Organisation> now() const;
  // What is fixed stays so as long as the program runs.
  std::span<const FixedField> fixed() const { return fixed_; }
  bool is_fixed(std::string_view field) const;
  // From now on it is this. To be called after the commit that made it true.
  void replace(Organisation next);

 private:
  const std::vector<FixedField> fixed_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Organisation> now_;  // guarded by mutex_; never null
};

}  // namespace kontor::crm
