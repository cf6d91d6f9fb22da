#include "crm/organisation/organisation_field.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/email.h"
#include "base/fold.h"
#include "base/nfc.h"
#include "base/setting_value.h"

namespace kontor::crm {
namespace {

constexpr auto k_fields = std::to_array<OrganisationField>({
    {.name = "name",
     .column = "name",
     .help = "As it stands in the window and on documents.",
     .setting = "organisation",
     .member = &Organisation::name},
    {.name = "address.street",
     .column = "street",
     .help = "Street and number.",
     .max_bytes = 300,
     .member = &Organisation::street},
    {.name = "address.city", .column = "city", .help = "City.", .member = &Organisation::city},
    {.name = "address.state",
     .column = "state",
     .help = "State or province.",
     .member = &Organisation::state},
    {.name = "address.postal_code",
     .column = "postal_code",
     .help = "Postal code.",
     .max_bytes = 20,
     .member = &Organisation::postal_code},
    {.name = "country",
     .column = "country",
     .help = "Of the firm, and of telephone numbers that are written without one (ISO 3166).",
     .setting = "default_country",
     .form = OrganisationForm::setting,
     .member = &Organisation::country},
    {.name = "tax_id",
     .column = "tax_id",
     .help = "Tax number, for documents.",
     .max_bytes = 40,
     .member = &Organisation::tax_id},
    {.name = "email",
     .column = "email",
     .help = "Address for customers, for documents.",
     .form = OrganisationForm::email,
     .max_bytes = 254,
     .member = &Organisation::email},
    {.name = "phone",
     .column = "phone",
     .help = "Telephone for customers, for documents.",
     .max_bytes = 40,
     .member = &Organisation::phone},
    {.name = "currency",
     .column = "currency",
     .help = "Of new products and orders (ISO 4217); what is there keeps its own.",
     .setting = "currency",
     .form = OrganisationForm::setting,
     .member = &Organisation::currency},
    {.name = "timezone",
     .column = "timezone",
     .help = "Decides what today is, where months end, and the year in numbers.",
     .setting = "timezone",
     .form = OrganisationForm::setting},
    {.name = "language",
     .column = "language",
     .help = "Of pages for who has not chosen one; null: what her browser asks for.",
     .form = OrganisationForm::language,
     .member = &Organisation::language},
});

CheckedText refused(std::string code, std::string detail) {
  return {.fault = FieldError{"", std::move(code), std::move(detail)}};
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

}  // namespace

std::span<const OrganisationField> organisation_fields() { return k_fields; }

const OrganisationField* find_organisation_field(std::string_view name) {
  const auto found = std::find_if(k_fields.begin(), k_fields.end(),
                                  [&](const OrganisationField& f) { return f.name == name; });
  return found == k_fields.end() ? nullptr : &*found;
}

const std::string& text_of(const OrganisationField& field, const Organisation& organisation) {
  return field.member == nullptr ? organisation.zone.name() : organisation.*field.member;
}

Result<void> put_text(const OrganisationField& field, std::string value,
                      Organisation& organisation) {
  if (field.member == nullptr) organisation.zone = TRY(TimeZone::load(value));
  else organisation.*field.member = std::move(value);
  return {};
}

CheckedText check_organisation_text(const OrganisationField& field, std::string_view text) {
  std::string value(trim(text));
  if (value.size() > field.max_bytes)
    return refused("too_long", "At most " + std::to_string(field.max_bytes) + " bytes fit.");
  if (has_control(value)) return refused("invalid", "Must be one line without control characters.");
  value = nfc(value);
  if (value.empty()) return {};
  if (field.form == OrganisationForm::email && !is_email(value))
    return refused("invalid_email", "Must be an e-mail address.");
  if (field.form == OrganisationForm::language && value != "en" && value != "vi")
    return refused("invalid", "Must be en or vi.");
  if (field.form != OrganisationForm::setting) return {.text = std::move(value)};
  const Setting* setting = find_setting(field.setting);
  CHECK(setting != nullptr);
  auto checked = check_setting(*setting, {std::move(value)});
  if (!checked) return refused("invalid", "Must be " + allowed_values(*setting) + ".");
  return {.text = std::move(checked->items.front())};
}

}  // namespace kontor::crm
