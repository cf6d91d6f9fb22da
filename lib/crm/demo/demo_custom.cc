#include "crm/demo/demo_custom.h"

#include <algorithm>

#include "base/check.h"
#include "base/json_writer.h"
#include "crm/demo/demo_data.h"

namespace kontor::crm {

namespace data = demo_data;

namespace {

DemoFieldKind kind_of(const std::string& name) {
  if (name == "flag") return DemoFieldKind::flag;
  if (name == "date") return DemoFieldKind::date;
  if (name == "handle") return DemoFieldKind::handle;
  CHECK(name == "choice");
  return DemoFieldKind::choice;
}

// "@lan_nguyen12_demo": marked, as such a name could be somebody's.
std::string handle_of(std::string_view name) {
  std::string text = "@" + std::string(name) + "_demo";
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

void write_value(JsonWriter& out, const DemoField& field, const DemoSubject& subject,
                 DemoRandom& random) {
  switch (field.kind) {
    case DemoFieldKind::choice: out.string(random.pick(field.values)); return;
    case DemoFieldKind::flag: out.boolean(random.percent(field.share)); return;
    case DemoFieldKind::date:
      out.string(
          format_date(add_days(subject.day, random.between(field.days_from, field.days_to))));
      return;
    case DemoFieldKind::handle: out.string(handle_of(subject.handle)); return;
  }
}

}  // namespace

std::vector<DemoField> demo_fields(const Json& preset, std::string_view collection,
                                   std::string_view language) {
  std::vector<DemoField> out;
  for (const Json& item : data::list(data::member(preset, "custom"), collection)) {
    DemoField field{.kind = kind_of(data::word(item, "kind")), .name = data::word(item, language)};
    field.persons_only = item.find("of") != nullptr && data::word(item, "of") == "person";
    field.share = static_cast<int>(data::number(item, "share", 100));
    if (field.kind == DemoFieldKind::choice)
      field.values = data::words(data::member(item, "values"), language);
    if (field.kind == DemoFieldKind::date) {
      field.days_from = data::numbers(item, "days").at(0);
      field.days_to = data::numbers(item, "days").at(1);
    }
    out.push_back(std::move(field));
  }
  return out;
}

std::string demo_custom(const std::vector<DemoField>& fields, const DemoSubject& subject,
                        DemoRandom& random) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  bool any = false;
  for (const DemoField& field : fields) {
    if (field.persons_only && subject.company) continue;
    if (field.kind != DemoFieldKind::flag && !random.percent(field.share)) continue;
    out.key(field.name);
    write_value(out, field, subject, random);
    any = true;
  }
  out.end_object();
  return any ? text : std::string();
}

}  // namespace kontor::crm
