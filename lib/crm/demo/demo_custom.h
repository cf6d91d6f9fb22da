// The custom fields that the customers and orders of a preset carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil.h"
#include "base/json.h"
#include "crm/demo/demo_random.h"

namespace kontor::crm {

enum class DemoFieldKind {
  choice,  // one of `values`
  flag,    // true for `share` percent, false for the others
  date,    // so many days after the record's own
  handle,  // a name in a messenger
};

struct DemoField {
  DemoFieldKind kind = DemoFieldKind::choice;
  std::string name;
  bool persons_only = false;
  int share = 100;  // percent of the records that have it
  std::vector<std::string> values;
  std::int64_t days_from = 0, days_to = 0;
};

std::vector<DemoField> demo_fields(const Json& preset, std::string_view collection,
                                   std::string_view language);

// What a record is, as far as its fields go by it.
struct DemoSubject {
  bool company = false;
  std::string_view handle = {};  // "lan.nguyen12"
  Date day{};
};

// A JSON object, or "" if the record has none of the fields.
std::string demo_custom(const std::vector<DemoField>& fields, const DemoSubject& subject,
                        DemoRandom& random);

}  // namespace kontor::crm
