#include "crm/demo/demo_words.h"

#include "crm/demo/demo_data.h"

namespace kontor::crm {

namespace data = demo_data;

DemoWords demo_words(const Json& preset, std::string_view language) {
  const Json all = data::people();
  const Json& person = data::member(all, language);
  const Json& own = data::member(preset, language);
  DemoWords out;
  out.family_first = data::flag(person, "family_first");
  out.given = data::words(person, "given");
  out.middle = data::words(person, "middle");
  out.family = data::words(person, "family");
  out.company_words = data::words(own, "company_words");
  out.company_kinds = data::words(own, "company_kinds");
  out.job_titles = data::words(own, "job_titles");
  out.channels = data::words(own, "channels");
  out.hold_note = data::word(own, "hold_note");
  out.overdue_note = data::word(own, "overdue_note");
  out.cancel_notes = data::words(own, "cancel_notes");
  return out;
}

}  // namespace kontor::crm
