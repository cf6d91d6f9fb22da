// From properties to the cells of a card.
#include "crm/imports/formats/vcard.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/civil.h"
#include "base/fold.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/imports/person_name.h"

namespace kontor::crm {
namespace {

// "\n", "\,", "\;" and "\\" as what they stand for.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' || c == 'N' ? '\n' : c;
  }
  return out;
}

// Parts between separators that are not escaped, each without its escapes.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '\\') {
      ++i;
      continue;
    }
    if (i < text.size() && text[i] != separator) continue;
    parts.emplace_back(trim(unescape(text.substr(start, i - start))));
    start = i + 1;
  }
  // A backslash at the very end hides the end of the last part from the loop.
  if (start < text.size() && text.ends_with('\\'))
    parts.emplace_back(trim(unescape(text.substr(start))));
  return parts;
}

std::string part(const std::vector<std::string>& parts, std::size_t index) {
  return index < parts.size() ? parts[index] : std::string();
}

std::string joined(const std::string& a, const std::string& b, std::string_view between) {
  if (a.empty() || b.empty()) return a + b;
  return a + std::string(between) + b;
}

std::string without_scheme(std::string text, std::string_view scheme) {
  if (text.starts_with(scheme)) text.erase(0, scheme.size());
  return text;
}

std::string json_list(const std::vector<std::string>& items) {
  std::string json;
  JsonWriter out(json);
  out.begin_array();
  for (const std::string& item : items)
    if (!item.empty()) out.string(item);
  out.end_array();
  return json;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "19850412" and "1985-04-12T00:00:00" → "1985-04-12".
std::string whole_day(const std::string& text) {
  constexpr std::size_t basic = 8, extended = 10;
  if (text.size() >= basic && all_digits(text.substr(0, basic)) &&
      (text.size() == basic || text[basic] == 'T'))
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
  const std::string day = text.substr(0, extended);
  return parse_date(day) && (text.size() == extended || text[extended] == 'T') ? day : text;
}

// Properties that say nothing about a person.
bool is_administrative(const std::string& name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"VERSION", "PRODID", "REV", "SOURCE", "PROFILE", "CLASS", "SORT-STRING", "N", "MAILER",
       "X-ABLABEL", "X-ABADR", "X-ABSHOWAS", "NAME", "KIND"});
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What a card has said so far.
class Card {
 public:
  // As a row of a table: what is looked for among all before it must not be without end.
  bool is_too_large() const {
    return bytes_ > limits::csv_row_bytes || cells_.size() > limits::csv_columns;
  }

  void take(const VcardProperty& property) {
    bytes_ += property.name.size() + property.value.size();
    if (is_too_large()) return;
    const std::string& name = property.name;
    const std::string& value = property.value;
    if (name == "N") take_name(parts_of(value, ';'));
    else if (name == "ADR") take_address(property);
    else if (name == "ORG") take_organisation(parts_of(value, ';'));
    else if (name == "EMAIL") take_way(property, "mailto:", emails_);
    else if (name == "TEL") take_way(property, "tel:", phones_);
    else if (name == "BDAY") take_birthday(unescape(value));
    else if (name == "CATEGORIES") put("Tags", json_list(parts_of(value, ',')));
    else take_text(name, unescape(value));
  }

  std::vector<NamedCell> cells() {
    complete_name();
    put_ways(emails_, "Email", "Other emails");
    put_ways(phones_, "Phone", "Other phones");
    return std::move(cells_);
  }

 private:
  struct Way {
    std::string text;
    bool preferred;
  };

  // The first of several counts; the others are not lost without a sign.
  void put(const std::string& name, std::string text) {
    const auto known = std::find_if(cells_.begin(), cells_.end(),
                                    [&](const NamedCell& cell) { return cell.name == name; });
    if (known == cells_.end()) cells_.push_back({name, std::move(text)});
    else if (!name.starts_with("Other ")) put("Other " + name, std::move(text));
    else if (!text.empty()) known->text.append(known->text.empty() ? "" : "; ").append(text);
  }
  void put_if(const std::string& name, std::string text) {
    if (!text.empty()) put(name, std::move(text));
  }

  void take_text(const std::string& name, std::string text) {
    if (name == "FN") full_name_ = full_name_.empty() ? std::string(trim(text)) : full_name_;
    else if (name == "TITLE") put("Job title", std::move(text));
    else if (name == "NOTE") put("Notes", std::move(text));
    else if (name == "UID") put("UID", std::move(text));
    else if (!is_administrative(name)) put(name, std::move(text));
  }

  void take_name(const std::vector<std::string>& parts) {
    last_ = part(parts, 0);
    first_ = joined(part(parts, 1), part(parts, 2), " ");
    put_if("Name prefix", part(parts, 3));
    put_if("Name suffix", part(parts, 4));
  }

  // By the full name if the parts are not given; a name alone is the last name.
  void complete_name() {
    if (first_.empty() && last_.empty()) {
      const PersonName split = split_name(full_name_);
      first_ = split.first;
      last_ = split.last;
    }
    if (last_.empty()) std::swap(first_, last_);
    if (full_name_.empty()) full_name_ = joined(first_, last_, " ");
    put("Full name", full_name_);
    put("First name", first_);
    put("Last name", last_);
  }

  void take_organisation(const std::vector<std::string>& parts) {
    put_if("Company", part(parts, 0));
    put_if("Department", part(parts, 1));
  }

  // More addresses than one are kept as one line each.
  void take_address(const VcardProperty& property) {
    const std::vector<std::string> parts = parts_of(property.value, ';');
    std::string street = joined(part(parts, 2), part(parts, 1), ", ");
    street = joined(street, part(parts, 0), ", ");
    if (has_address_) {
      for (std::size_t i = 3; i < parts.size(); ++i) street = joined(street, parts[i], ", ");
      put_if("Other addresses", street);
      return;
    }
    has_address_ = true;
    put_if("Street", street);
    put_if("City", part(parts, 3));
    put_if("State", part(parts, 4));
    put_if("Postal code", part(parts, 5));
    put_if("Country", part(parts, 6));
  }

  void take_way(const VcardProperty& property, std::string_view scheme, std::vector<Way>& ways) {
    std::string text(trim(unescape(without_scheme(property.value, scheme))));
    if (text.empty()) return;
    if (property.has_type("fax")) put("Fax", std::move(text));
    else ways.push_back({std::move(text), property.has_type("pref")});
  }

  void put_ways(std::vector<Way>& ways, const std::string& name, const std::string& others) {
    std::stable_partition(ways.begin(), ways.end(), [](const Way& way) { return way.preferred; });
    for (std::size_t i = 0; i < ways.size(); ++i)
      put(i == 0 ? name : others, std::move(ways[i].text));
  }

  void take_birthday(const std::string& text) {
    const std::string day = whole_day(text);
    put(text.starts_with("--") ? "Birthday (no year)" : "Birthday", day);
  }

  std::size_t bytes_ = 0;
  std::vector<NamedCell> cells_;
  std::string first_, last_, full_name_;
  std::vector<Way> emails_, phones_;
  bool has_address_ = false;
};

bool is(const VcardProperty& property, std::string_view name) {
  if (property.name != name || property.value.size() != 5) return false;
  return fold_identity(property.value) == "vcard";
}

FieldError fault(std::string code, std::string detail) {
  return {.pointer = "", .code = std::move(code), .detail = std::move(detail)};
}

}  // namespace

std::vector<NamedRow> VcardReader::next() {
  while (const auto property = lines_.next()) {
    if (is(*property, "BEGIN")) return {read_card()};
    if (property->name.empty() && property->value.empty()) continue;
    NamedRow row{.number = lines_.number(), .cells = {}};
    row.fault = fault("not_a_card", "The line stands outside of every card.");
    return {std::move(row)};
  }
  return {};
}

NamedRow VcardReader::read_card() {
  NamedRow row{.number = lines_.number(), .cells = {}};
  Card card;
  // 2.1 puts the card of somebody's agent inside; it is passed over.
  int depth = 1;
  while (depth > 0) {
    const auto property = lines_.next();
    if (!property) {
      row.fault = fault("unterminated_card", "The card has no END:VCARD.");
      break;
    }
    if (is(*property, "BEGIN")) ++depth;
    if (is(*property, "END")) --depth;
    if (depth != 1 || property->name.empty() || property->name == "BEGIN") continue;
    if (property->name == "END") continue;
    if (property->fault && !row.fault) row.fault = property->fault;
    card.take(*property);
  }
  if (card.is_too_large()) {
    row.fault =
        fault("row_too_large", "The card has more than " + std::to_string(limits::csv_row_bytes) +
                                   " bytes, or more than " + std::to_string(limits::csv_columns) +
                                   " kinds of lines.");
    return row;
  }
  row.cells = card.cells();
  return row;
}

std::unique_ptr<RowSource> open_vcards(std::istream& file) {
  return std::make_unique<RecordSource>(
      file, [](std::istream& in) { return std::make_unique<VcardReader>(in); }, "card");
}

}  // namespace kontor::crm
