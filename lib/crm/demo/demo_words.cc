#include "crm/demo/demo_words.h"

#include "crm/demo/demo_data.h"

namespace kontor::crm {

using namespace demo_data;

DemoWords demo_words(const Json& preset, std::string_view language) {
  const Json all = people();
  const Json& person = member(all, language);
  const Json& own = member(preset, language);
  DemoWords out;
  out.family_first = flag(person, "family_first");
  out.given = words(person, "given");
  out.middle = words(person, "middle");
  out.family = words(person, "family");
  out.company_words = words(own, "company_words");
  out.company_kinds = words(own, "company_kinds");
  out.job_titles = words(own, "job_titles");
  out.channels = words(own, "channels");
  out.hold_note = word(own, "hold_note");
  out.overdue_note = word(own, "overdue_note");
  out.cancel_notes = words(own, "cancel_notes");
  return out;
}

}  // namespace kontor::crm
