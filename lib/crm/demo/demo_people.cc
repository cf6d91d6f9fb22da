// Customers and their contacts.
#include <algorithm>

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
  customer.company = random_.percent(35);
  // Those who order become customers when they do.
  customer.lifecycle = random_.percent(70) ? "lead" : random_.percent(75) ? "prospect" : "former";
  const DemoPerson buyer = person();
  customer.name = customer.company ? company_name() : full_name(buyer);
  const std::string mark = std::to_string(index + 1);
  customer.email =
      mail_name(customer.name) + mark + (customer.company ? "@shop.example.com" : "@example.com");
  customer.city = random_.below(words_.cities.size());
  customer.phone = words_.cities[customer.city].phone + two_digits(random_.below(100));
  const std::string number = std::to_string(random_.between(1, 240));
  customer.street = number + " " + random_.pick(words_.streets);
  if (customer.company) {
    const std::size_t people = random_.percent(25) ? 2 : 1;
    for (std::size_t i = 0; i < people; ++i) {
      DemoPerson contact = i == 0 ? buyer : person();
      contact.id = random_.id(created_ms);
      contact.job_title = random_.pick(words_.job_titles);
      contact.email = mail_name(full_name(contact)) + mark + "@shop.example.com";
      customer.contacts.push_back(std::move(contact));
    }
  }
  return customer;
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

// The same person entered again by someone who did not search.
void DemoPlanner::plan_duplicate() {
  DemoCustomer twin = plan_.customers[plan_.customers.size() / 3];
  twin.created_ms = plan_.customers.back().created_ms + k_day_ms;
  twin.id = random_.id(twin.created_ms);
  twin.name = fold_search(twin.name);
  std::transform(twin.email.begin(), twin.email.begin() + 1, twin.email.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  twin.street.clear();
  twin.contacts.clear();
  plan_.customers.push_back(std::move(twin));
}

}  // namespace kontor::crm
