#include "model/entities/customer.h"

namespace kontor::model {
namespace {

constexpr std::string_view kinds[] = {"person", "company"};
constexpr std::string_view lifecycles[] = {"lead", "prospect", "customer", "former"};
constexpr std::string_view name_aliases[] = {"company name", "customer name", "full name", "account name", "companyname"};
constexpr std::string_view email_aliases[] = {"email address", "e-mail", "emailaddress", "mail"};
constexpr std::string_view phone_aliases[] = {"phone number", "telephone", "mobile", "mobile phone", "tel"};
constexpr std::string_view company_aliases[] = {"company", "organization", "organisation"};
constexpr std::string_view tax_aliases[] = {"vat number", "vat id", "tax number", "tax code"};
constexpr std::string_view street_aliases[] = {"address", "street", "street address", "address1", "billing street"};
constexpr std::string_view city_aliases[] = {"city", "town", "billing city"};
constexpr std::string_view state_aliases[] = {"state", "region", "province", "state/region", "billing state"};
constexpr std::string_view postal_aliases[] = {"postal code", "postalcode", "zip", "zip code", "postcode", "billing postal code"};
constexpr std::string_view country_aliases[] = {"country", "country/region", "billing country"};
constexpr std::string_view notes_aliases[] = {"note", "comment", "comments", "description"};

constexpr auto fields = with_common(std::to_array<Field>({
    {.name = "kind", .label = "Kind", .kind = Kind::choice, .required = true, .choices = kinds, .fallback = "company"},
    {.name = "name", .label = "Name", .required = true, .search = true, .sort = true, .personal = true, .aliases = name_aliases},
    {.name = "email", .label = "E-mail", .kind = Kind::email, .search = true, .personal = true, .max = 254, .aliases = email_aliases},
    {.name = "phone", .label = "Phone", .kind = Kind::phone, .search = true, .personal = true, .max = 40, .aliases = phone_aliases},
    {.name = "lifecycle", .label = "Lifecycle", .kind = Kind::choice, .required = true, .choices = lifecycles, .fallback = "lead"},
    {.name = "company_name", .label = "Company", .search = true, .personal = true, .aliases = company_aliases},
    {.name = "tax_id", .label = "Tax number", .kind = Kind::code, .search = true, .personal = true, .max = 40, .aliases = tax_aliases},
    {.name = "address.street", .label = "Street", .personal = true, .max = 300, .aliases = street_aliases},
    {.name = "address.city", .label = "City", .search = true, .personal = true, .aliases = city_aliases},
    {.name = "address.state", .label = "State", .personal = true, .aliases = state_aliases},
    {.name = "address.postal_code", .label = "Postal code", .kind = Kind::code, .personal = true, .max = 20, .aliases = postal_aliases},
    {.name = "address.country", .label = "Country", .kind = Kind::country, .max = 60, .aliases = country_aliases},
    {.name = "notes", .label = "Notes", .kind = Kind::long_text, .personal = true, .max = 10'000, .aliases = notes_aliases},
    {.name = "language", .label = "Language", .kind = Kind::code, .max = 35},
    {.name = "currency", .label = "Currency", .kind = Kind::currency},
}));

}  // namespace

constinit const Entity customer{.name = "customer",
                                .collection = "customers",
                                .label = "Customer",
                                .label_plural = "Customers",
                                .fields = fields};

}  // namespace kontor::model
