#include "model/entities/contact.h"

namespace kontor::model {
namespace {

constexpr std::string_view first_aliases[] = {"first name", "given name", "firstname"};
constexpr std::string_view last_aliases[] = {"last name", "family name", "surname", "lastname"};
constexpr std::string_view title_aliases[] = {"title", "position", "job title", "contact title"};
constexpr std::string_view email_aliases[] = {"email address", "e-mail", "emailaddress"};
constexpr std::string_view phone_aliases[] = {"phone number", "telephone", "mobile", "mobile phone"};
constexpr std::string_view birthday_aliases[] = {"birth date", "birthdate", "date of birth"};

constexpr auto fields = with_common(std::to_array<Field>({
    {.name = "customer_id", .label = "Customer", .kind = Kind::reference, .target = "customers"},
    {.name = "first_name", .label = "First name", .search = true, .personal = true, .max = 100, .aliases = first_aliases},
    {.name = "last_name", .label = "Last name", .required = true, .search = true, .sort = true, .personal = true, .max = 100, .aliases = last_aliases},
    {.name = "job_title", .label = "Job title", .search = true, .personal = true, .max = 120, .aliases = title_aliases},
    {.name = "email", .label = "E-mail", .kind = Kind::email, .search = true, .personal = true, .max = 254, .aliases = email_aliases},
    {.name = "phone", .label = "Phone", .kind = Kind::phone, .search = true, .personal = true, .max = 40, .aliases = phone_aliases},
    {.name = "is_primary", .label = "Primary contact", .kind = Kind::boolean, .required = true, .fallback = "false"},
    {.name = "birthday", .label = "Birthday", .kind = Kind::date, .personal = true, .aliases = birthday_aliases},
}));

}  // namespace

constinit const Entity contact{.name = "contact",
                               .collection = "contacts",
                               .label = "Contact",
                               .label_plural = "Contacts",
                               .fields = fields,
                               .title = "last_name",
                               .parent = "customer_id"};

}  // namespace kontor::model
