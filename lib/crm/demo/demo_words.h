// The words of a preset in one language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace kontor::crm {

struct DemoWords {
  bool family_first = false;  // of the parts of a person's name
  std::vector<std::string> given, middle, family, company_words, company_kinds, job_titles,
      channels;
  std::string mail_host;  // of the companies; it belongs to nobody (RFC 2606)
  std::string hold_note, overdue_note;
  std::vector<std::string> cancel_notes;
};

DemoWords demo_words(const Json& preset, std::string_view language);

}  // namespace kontor::crm
