#include "crm/demo/demo_shape.h"

#include "crm/demo/demo_data.h"

namespace kontor::crm {

using namespace demo_data;

namespace {

constexpr std::string_view name_of(DemoSize size) {
  return size == DemoSize::s ? "s" : size == DemoSize::m ? "m" : "l";
}

int percent(const Json& shape, std::string_view name) {
  return static_cast<int>(number(shape, name));
}

void read_volume(const Json& shape, DemoSize size, DemoShape& out) {
  const JsonArray& counts = list(member(shape, "volume"), name_of(size));
  out.customers = static_cast<std::size_t>(number(counts.at(0)));
  out.products = static_cast<std::size_t>(number(counts.at(1)));
  out.orders = static_cast<std::size_t>(number(counts.at(2)));
}

void read_people(const Json& shape, DemoShape& out) {
  out.companies = percent(shape, "companies");
  out.second_contact = percent(shape, "second_contact");
  out.email = percent(shape, "email");
  out.phone = percent(shape, "phone");
  out.lapsed_days = number(shape, "lapsed_days");
}

void read_lines(const Json& shape, DemoShape& out) {
  out.lines = numbers(shape, "lines");
  out.single = percent(shape, "single");
  out.quantities = numbers(shape, "quantities");
  out.discounted = percent(shape, "discounted");
  for (const Json& one : list(shape, "breaks")) {
    const JsonArray& pair = *one.array();
    out.breaks.push_back({number(pair.at(0)), number(pair.at(1))});
  }
  const std::vector<std::int64_t> cost = numbers(shape, "cost");
  out.cost_from = cost.at(0);
  out.cost_to = cost.at(1);
}

void read_course(const Json& shape, DemoShape& out) {
  out.season = numbers(shape, "season");
  out.weekdays = numbers(shape, "weekdays");
  const std::vector<std::int64_t> open = numbers(shape, "open_days");
  out.draft_days = open.at(0);
  out.open_days = open.at(1);
  out.cancelled = percent(shape, "cancelled");
  out.payment_days = number(shape, "payment_days");
  out.settled_days = number(shape, "settled_days");
  out.deposit = flag(shape, "deposit");
  out.methods = words(shape, "methods");
  out.shipping = numbers(shape, "shipping");
}

}  // namespace

DemoShape demo_shape(const Json& preset, DemoSize size) {
  const Json& shape = member(preset, "shape");
  DemoShape out;
  read_volume(shape, size, out);
  read_people(shape, out);
  read_lines(shape, out);
  read_course(shape, out);
  return out;
}

}  // namespace kontor::crm
