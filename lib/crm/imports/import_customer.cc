// Customers whose rows call them by other columns than `name`.
#include "base/fold.h"
#include "crm/imports/import_write.h"
#include "model/entities/customer.h"

namespace kontor::crm {
namespace {

using model::Record;

std::string full_name(std::string_view first, std::string_view last) {
  std::string name(first);
  if (!first.empty() && !last.empty()) name += ' ';
  return name += last;
}

// The first of several that says anything.
std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    if (!text.empty()) return text;
  return {};
}

}  // namespace

void complete_customer(const ImportScope& scope, const ImportItem& item, Record& customer,
                       std::vector<FieldError>& errors) {
  const auto cell = [&](std::string_view target) {
    return cell_of_target(scope.mapping, item.head, target);
  };
  const std::string person = full_name(cell("first_name"), cell("last_name"));
  if (scope.mapping.has("name") || (person.empty() && customer.version != 0)) return;
  const std::string_view target = scope.mapping.has("last_name") ? "last_name" : "first_name";
  const std::string_view name = first_of({person, cell("company_name"), cell("email")});
  set_text(customer, model::customer, "name", name, target, errors);
  const bool is_new_person =
      customer.version == 0 && !person.empty() && cell("company_name").empty();
  if (is_new_person && !scope.mapping.has("kind"))
    set_text(customer, model::customer, "kind", "person", target, errors);
}

void complete_missing_customer(const ImportScope& scope, const ImportItem& item, Record& customer,
                               std::vector<FieldError>& errors) {
  const auto cell = [&](std::string_view target) {
    return cell_of_target(scope.mapping, item.head, target);
  };
  const std::string parts = full_name(cell("customer_first_name"), cell("customer_last_name"));
  const std::string_view person = first_of({cell("customer_name"), parts});
  const std::string_view name = first_of({person, cell("customer_company")});
  set_text(customer, model::customer, "name", name, "customer_name", errors);
  set_text(customer, model::customer, "company_name", cell("customer_company"), "customer_company",
           errors);
  set_text(customer, model::customer, "phone", cell("customer_phone"), "customer_phone", errors);
  if (!person.empty() && cell("customer_company").empty())
    set_text(customer, model::customer, "kind", "person", "customer_name", errors);
}

}  // namespace kontor::crm
