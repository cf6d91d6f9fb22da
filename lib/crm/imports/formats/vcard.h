// vCards: the address books of telephones and mail programs, versions 2.1, 3.0 and 4.0.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crm/imports/formats/line_reader.h"
#include "crm/imports/formats/record_source.h"

namespace kontor::crm {

// A property of a card, decoded to UTF-8: "item1.TEL;TYPE=home,pref:+84 …".
struct VcardProperty {
  std::string name;                // in capitals, without its group
  std::vector<std::string> types;  // in small letters: "home", "pref"
  std::string value;               // still escaped where the property has parts
  std::optional<FieldError> fault{};

  bool has_type(std::string_view type) const;
};

// Unfolds lines (RFC 6350, 3.2; quoted-printable soft breaks of 2.1) and decodes values. Not
// thread-safe.
class VcardLines {
 public:
  explicit VcardLines(std::istream& file);

  // nullopt at the end of the file. Lines that are no property have an empty name.
  std::optional<VcardProperty> next();
  std::int64_t number() const { return number_; }  // line on which the last property began

 private:
  std::optional<TextLine> unfolded();

  LineReader lines_;
  std::int64_t number_ = 0;
};

// One card, one row; its number is the line of BEGIN. The columns are named as people would:
// "First name", "Last name", "Company", "Email"; more addresses and telephones stand in "Other
// emails" and "Other phones", a birthday without its year in "Birthday (no year)", and properties
// that mean nothing here under their own names, so that it shows what is left out. A card without
// parts of a name has them from its full name.
// Faults: unterminated_card, not_a_card, invalid_utf8, unknown_charset, nul_byte, cell_too_large.
class VcardReader final : public RecordReader {
 public:
  explicit VcardReader(std::istream& file) : lines_(file) {}
  std::vector<NamedRow> next() override;

 private:
  NamedRow read_card();

  VcardLines lines_;
};

std::unique_ptr<RowSource> open_vcards(std::istream& file);

}  // namespace kontor::crm
