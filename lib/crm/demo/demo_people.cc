// Customers and their contacts.
#include <algorithm>

#include "base/check.h"
#include "base/fold.h"
#include "crm/demo/demo_planner.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_day_ms = k_day_s * 1000;

// "Nguyễn Thị Hương" → "nguyen.thi.huong"
std::string mail_name(std::string_view name) {
  std::string out = fold_search(name);
  std::replace(out.begin(), out.end(), ' ', '.');
  return out;
}

std::string two_digits(std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

}  // namespace

DemoPerson DemoPlanner::person() {
  DemoPerson person;
  person.first = random_.pick(words_.given);
  person.last = random_.pick(words_.family);
  if (!words_.middle.empty()) person.first = random_.pick(words_.middle) + " " + person.first;
  return person;
}

std::string DemoPlanner::full_name(const DemoPerson& person) const {
  return words_.family_first ? person.last + " " + person.first : person.first + " " + person.last;
}

std::string DemoPlanner::company_name() {
  std::string name = random_.pick(words_.company_kinds);
  return name.replace(name.find("{}"), 2, random_.pick(words_.company_words));
}

// example.com and its like belong to nobody (RFC 2606): no demo mail can reach anyone. The number
// keeps two people of one name apart.
DemoCustomer DemoPlanner::customer(std::int64_t created_ms, std::size_t index) {
  DemoCustomer customer{.id = random_.id(created_ms), .created_ms = created_ms};
  customer.company = random_.percent(shape_.companies);
  // Those who order become customers when they do.
  customer.lifecycle = random_.percent(70) ? "lead" : random_.percent(75) ? "prospect" : "former";
  const DemoPerson buyer = person();
  customer.name = customer.company ? company_name() : full_name(buyer);
  const std::string mark = std::to_string(index + 1);
  const std::string account = mail_name(customer.name) + mark;
  if (has(shape_.email))
    customer.email = account + "@" + (customer.company ? words_.mail_host : "example.com");
  const DemoPlaces& places = preset_.places;
  customer.city = random_.below(places.cities.size());
  const std::string digits = two_digits(random_.below(100));
  if (has(shape_.phone)) customer.phone = places.cities[customer.city].phone + digits;
  const std::string number = std::to_string(random_.between(1, 240));
  customer.street = places.line(number, random_.pick(places.streets));
  if (customer.company) plan_contacts(customer, buyer, mark);
  customer.custom = demo_custom(preset_.customer_fields,
                                {.company = customer.company, .handle = account}, random_);
  return customer;
}

// What all have is not asked of chance.
bool DemoPlanner::has(int share) { return share >= 100 || random_.percent(share); }

void DemoPlanner::plan_contacts(DemoCustomer& customer, const DemoPerson& buyer,
                                const std::string& mark) {
  const std::size_t people = random_.percent(shape_.second_contact) ? 2 : 1;
  for (std::size_t i = 0; i < people; ++i) {
    DemoPerson contact = i == 0 ? buyer : person();
    contact.id = random_.id(customer.created_ms);
    contact.job_title = random_.pick(words_.job_titles);
    contact.email = mail_name(full_name(contact)) + mark + "@" + words_.mail_host;
    customer.contacts.push_back(std::move(contact));
  }
}

// Four in ten were there when the past begins; the others came since.
void DemoPlanner::plan_customers(std::size_t count) {
  std::vector<std::int64_t> arrivals;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const std::int64_t offset = i < count * 4 / 10
                                    ? random_.between(0, 30 * k_day_ms) - 31 * k_day_ms
                                    : random_.between(0, (days_ - 20) * k_day_ms);
    arrivals.push_back(begin_ms_ + offset);
  }
  std::sort(arrivals.begin(), arrivals.end());
  for (std::size_t i = 0; i < arrivals.size(); ++i)
    plan_.customers.push_back(customer(arrivals[i], i));
  plan_duplicate();
}

// The same person entered again by someone who did not search; the e-mail address tells.
void DemoPlanner::plan_duplicate() {
  const auto third = static_cast<std::ptrdiff_t>(plan_.customers.size() / 3);
  const auto found = std::find_if(plan_.customers.begin() + third, plan_.customers.end(),
                                  [](const DemoCustomer& one) { return !one.email.empty(); });
  CHECK(found != plan_.customers.end());
  DemoCustomer twin = *found;
  twin.created_ms = plan_.customers.back().created_ms + k_day_ms;
  twin.id = random_.id(twin.created_ms);
  twin.name = fold_search(twin.name);
  std::transform(twin.email.begin(), twin.email.begin() + 1, twin.email.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  twin.street.clear();
  twin.custom.clear();
  twin.contacts.clear();
  plan_.customers.push_back(std::move(twin));
}

}  // namespace kontor::crm
