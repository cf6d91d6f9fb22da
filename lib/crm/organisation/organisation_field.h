// What the firm says of itself, as data: one table, from which the columns, the check of what is
// given, the JSON and its schema, and the settings that come before it follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "crm/organisation/organisation.h"

namespace kontor::crm {

enum class OrganisationForm : std::uint8_t {
  text,  // one line
  email,
  language,  // of those that the program speaks
  setting,   // what the setting of the field allows
};

struct OrganisationField {
  std::string_view name;  // in JSON; "address.city" is a member of `address`
  std::string_view column;
  std::string_view help;
  // Of what may be set outside of the database (base/setting.h), and what holds if it never was;
  // empty: there is none.
  std::string_view setting = {};
  OrganisationForm form = OrganisationForm::text;
  std::size_t max_bytes = 200;
  std::string Organisation::*member = nullptr;  // null: the zone
};

// In the order in which they are shown. Lives for ever.
std::span<const OrganisationField> organisation_fields();

// nullptr: there is none.
const OrganisationField* find_organisation_field(std::string_view name);

// As it stands in an organisation.
const std::string& text_of(const OrganisationField& field, const Organisation& organisation);
// `value` is one that check_organisation_text() gave.
Result<void> put_text(const OrganisationField& field, std::string value,
                      Organisation& organisation);

// Trimmed, and in one form. What is wrong with it names no field (FieldError::pointer is empty).
struct CheckedText {
  std::string text = {};
  std::optional<FieldError> fault = {};
};
CheckedText check_organisation_text(const OrganisationField& field, std::string_view text);

}  // namespace kontor::crm
