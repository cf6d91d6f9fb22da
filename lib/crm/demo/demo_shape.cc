#include "crm/demo/demo_shape.h"

#include "crm/demo/demo_data.h"

namespace kontor::crm {

namespace data = demo_data;

namespace {

constexpr std::string_view name_of(DemoSize size) {
  return size == DemoSize::s ? "s" : size == DemoSize::m ? "m" : "l";
}

int percent(const Json& shape, std::string_view name) {
  return static_cast<int>(data::number(shape, name));
}

void read_volume(const Json& shape, DemoSize size, DemoShape& out) {
  const JsonArray& counts = data::list(data::member(shape, "volume"), name_of(size));
  out.customers = static_cast<std::size_t>(data::number(counts.at(0)));
  out.products = static_cast<std::size_t>(data::number(counts.at(1)));
  out.orders = static_cast<std::size_t>(data::number(counts.at(2)));
}

void read_people(const Json& shape, DemoShape& out) {
  out.companies = percent(shape, "companies");
  out.second_contact = percent(shape, "second_contact");
  out.email = percent(shape, "email");
  out.phone = percent(shape, "phone");
  out.lapsed_days = data::number(shape, "lapsed_days");
}

void read_lines(const Json& shape, DemoShape& out) {
  out.lines = data::numbers(shape, "lines");
  out.single = percent(shape, "single");
  out.quantities = data::numbers(shape, "quantities");
  out.discounted = percent(shape, "discounted");
  for (const Json& one : data::list(shape, "breaks")) {
    const JsonArray& pair = *one.array();
    out.breaks.push_back({data::number(pair.at(0)), data::number(pair.at(1))});
  }
  const std::vector<std::int64_t> cost = data::numbers(shape, "cost");
  out.cost_from = cost.at(0);
  out.cost_to = cost.at(1);
}

void read_course(const Json& shape, DemoShape& out) {
  out.season = data::numbers(shape, "season");
  out.weekdays = data::numbers(shape, "weekdays");
  const std::vector<std::int64_t> open = data::numbers(shape, "open_days");
  out.draft_days = open.at(0);
  out.open_days = open.at(1);
  out.cancelled = percent(shape, "cancelled");
  out.payment_days = data::number(shape, "payment_days");
  out.settled_days = data::number(shape, "settled_days");
  out.deposit = data::flag(shape, "deposit");
  out.methods = data::words(shape, "methods");
  out.shipping = data::numbers(shape, "shipping");
}

}  // namespace

DemoShape demo_shape(const Json& preset, DemoSize size) {
  const Json& shape = data::member(preset, "shape");
  DemoShape out;
  read_volume(shape, size, out);
  read_people(shape, out);
  read_lines(shape, out);
  read_course(shape, out);
  return out;
}

}  // namespace kontor::crm
