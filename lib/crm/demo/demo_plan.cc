#include "crm/demo/demo_plan.h"

#include <algorithm>

#include "base/decimal.h"
#include "crm/demo/demo_planner.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_hour_ms = 3'600'000;
constexpr std::int64_t k_day_ms = k_day_s * 1000;
constexpr int k_months = 14;

}  // namespace

DemoPlanner::DemoPlanner(const DemoPreset& preset, const DemoOptions& options, const TimeZone& zone)
    : preset_(preset),
      shape_(preset.shape),
      words_(preset.words),
      options_(options),
      zone_(zone),
      random_(options.seed),
      begin_(add_months(options.today, -k_months)) {
  begin_ms_ = zone.start_of_day_ms(begin_);
  days_ = days_from_civil(options.today) - days_from_civil(begin_) + 1;
}

DemoPlan DemoPlanner::run() && {
  plan_customers(shape_.customers);
  plan_products(std::min(shape_.products, preset_.goods.size()));
  plan_orders(shape_.orders);
  plant_troubles();
  lapse_customers();
  number_orders();
  return std::move(plan_);
}

// Every seventh is low, some of them out of stock; a few are no longer sold.
void DemoPlanner::plan_products(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const DemoGood& good = preset_.goods[i];
    const std::int64_t created_ms =
        begin_ms_ - 40 * k_day_ms + static_cast<std::int64_t>(i) * 60'000;
    DemoProduct product{.id = random_.id(created_ms), .created_ms = created_ms, .good = i};
    product.cost = good.price * random_.between(shape_.cost_from, shape_.cost_to) / 100;
    product.reorder_point = random_.between(4, 12);
    product.stock = product.reorder_point + random_.between(5, 120);
    if (i % 7 == 3) product.stock = random_.between(0, product.reorder_point);
    product.archived = i % 29 == 17;
    lots_.insert(lots_.end(), good.weight, i);
    plan_.products.push_back(product);
  }
}

// Twice as many orders at the end as at the beginning; months and days of the week as the preset
// has them.
std::vector<std::int64_t> DemoPlanner::day_weights() const {
  std::vector<std::int64_t> sums;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < days_; ++i) {
    const Date day = add_days(begin_, i);
    const std::int64_t growth = 100 + 100 * i / days_;
    sum += growth * shape_.season[static_cast<std::size_t>(day.month - 1)] *
           shape_.weekdays[static_cast<std::size_t>(weekday(day))];
    sums.push_back(sum);
  }
  return sums;
}

void DemoPlanner::plan_orders(std::size_t count) {
  const std::vector<std::int64_t> sums = day_weights();
  std::vector<std::int64_t> picks;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t at = random_.between(0, sums.back() - 1);
    picks.push_back(std::upper_bound(sums.begin(), sums.end(), at) - sums.begin());
  }
  std::sort(picks.begin(), picks.end());
  for (const std::int64_t day : picks)
    plan_.orders.push_back(order(add_days(begin_, day), days_ - 1 - day));
  std::stable_sort(plan_.orders.begin(), plan_.orders.end(),
                   [](const DemoOrder& a, const DemoOrder& b) { return a.at_ms < b.at_ms; });
}

DemoOrder DemoPlanner::order(const Date& day, std::int64_t age_days) {
  DemoOrder order;
  order.day = day;
  // Early on the last day, so that nothing lies ahead of the clock of a demo begun in the morning.
  const std::int64_t minute = age_days == 0 ? random_.between(0, 5) : random_.between(480, 1260);
  order.at_ms = zone_.start_of_day_ms(day) + minute * 60'000;
  order.id = random_.id(order.at_ms);
  order.shipping = random_.pick(preset_.shipping);
  order.channel = random_.below(words_.channels.size());
  choose_customer(order);
  choose_lines(order);
  choose_status(order, age_days);
  choose_payment(order, age_days);
  order.custom = demo_custom(preset_.order_fields, {.day = day}, random_);
  if (order.status == "cancelled" && !words_.cancel_notes.empty())
    order.notes = random_.pick(words_.cancel_notes);
  return order;
}

// Only who was there already; a third of the orders comes from a twentieth of the customers.
void DemoPlanner::choose_customer(DemoOrder& order) {
  const auto newer =
      std::upper_bound(plan_.customers.begin(), plan_.customers.end(), order.at_ms,
                       [](std::int64_t at, const DemoCustomer& c) { return at < c.created_ms; });
  const auto known = static_cast<std::size_t>(newer - plan_.customers.begin());
  const std::size_t regulars = std::max<std::size_t>(plan_.customers.size() / 20, 1);
  order.customer = random_.below(random_.percent(33) ? std::min(regulars, known) : known);
  plan_.customers[order.customer].lifecycle = "customer";
}

void DemoPlanner::choose_lines(DemoOrder& order) {
  auto dice = static_cast<std::int64_t>(random_.below(100));
  std::size_t count = 1;
  while (count < shape_.lines.size() && dice >= shape_.lines[count - 1])
    dice -= shape_.lines[count++ - 1];
  while (order.lines.size() < count) {
    const std::size_t product = random_.pick(lots_);
    const bool twice = std::any_of(order.lines.begin(), order.lines.end(),
                                   [&](const DemoLine& line) { return line.product == product; });
    if (twice || plan_.products[product].archived) continue;
    order.lines.push_back(line(product, order.at_ms));
  }
}

DemoLine DemoPlanner::line(std::size_t product, std::int64_t at_ms) {
  DemoLine line{.id = random_.id(at_ms), .product = product};
  const std::vector<std::int64_t>& own = preset_.goods[plan_.products[product].good].quantities;
  if (!own.empty()) line.quantity = random_.pick(own);
  else if (!random_.percent(shape_.single)) line.quantity = random_.pick(shape_.quantities);
  if (random_.percent(shape_.discounted)) line.discount = random_.between(1, 4) * k_rate_one / 20;
  for (const DemoShape::Break& off : shape_.breaks) {
    if (line.quantity >= off.quantity) line.discount = off.percent * k_rate_one / 100;
  }
  return line;
}

void DemoPlanner::choose_status(DemoOrder& order, std::int64_t age_days) {
  const auto dice = static_cast<int>(random_.below(100));
  if (age_days > shape_.open_days) {
    order.status = dice < shape_.cancelled ? "cancelled" : "completed";
  } else if (age_days > shape_.draft_days) {
    order.status = dice < 5    ? "cancelled"
                   : dice < 20 ? "confirmed"
                   : dice < 50 ? "processing"
                               : "completed";
    // What takes weeks to make is not delivered before its time.
    if (shape_.deposit && order.status == "completed") order.status = "processing";
  } else {
    order.status = dice < 25 ? "draft" : dice < 70 ? "confirmed" : "processing";
  }
}

DemoPaid DemoPlanner::paid_part(const DemoOrder& order, std::int64_t age_days) {
  const std::size_t dice = random_.below(100);
  if (order.status == "completed") {
    // What is older is paid, but for the orders that are planted as overdue.
    return age_days > shape_.settled_days || dice < 90 ? DemoPaid::full : DemoPaid::half;
  }
  if (order.status == "processing") {
    if (shape_.deposit) return DemoPaid::half;
    return dice < 60 ? DemoPaid::full : dice < 75 ? DemoPaid::half : DemoPaid::no;
  }
  const std::size_t begun = shape_.deposit ? 70 : 30;
  return order.status == "confirmed" && dice < begun ? DemoPaid::half : DemoPaid::no;
}

// Nothing is paid before it is ordered, nor today, where it could lie ahead of the clock.
void DemoPlanner::choose_payment(DemoOrder& order, std::int64_t age_days) {
  order.method = random_.pick(shape_.methods);
  const auto later = [&](std::int64_t days) {
    const std::int64_t delay = std::min(days, std::max<std::int64_t>(age_days - 1, 0)) * k_day_ms;
    return order.at_ms + (delay == 0 ? 60'000 : delay - k_hour_ms);
  };
  DemoPayment first{.at_ms = later(random_.between(0, shape_.payment_days))};
  first.id = random_.id(first.at_ms);
  first.part = paid_part(order, age_days);
  if (first.part == DemoPaid::no) return;
  order.payments.push_back(first);
  if (!shape_.deposit || first.part == DemoPaid::half) return;
  order.payments[0].part = DemoPaid::half;
  DemoPayment rest{.at_ms = later(random_.between(shape_.open_days, shape_.settled_days))};
  rest.id = random_.id(rest.at_ms);
  order.payments.push_back(rest);
}

// Who has not come for long has left.
void DemoPlanner::lapse_customers() {
  if (shape_.lapsed_days == 0) return;
  std::vector<bool> stays(plan_.customers.size());
  const std::int64_t since = zone_.start_of_day_ms(add_days(options_.today, -shape_.lapsed_days));
  for (const DemoOrder& order : plan_.orders)
    if (order.at_ms >= since) stays[order.customer] = true;
  for (std::size_t i = 0; i < plan_.customers.size(); ++i) {
    std::string_view& lifecycle = plan_.customers[i].lifecycle;
    if (lifecycle == "customer" && !stays[i]) lifecycle = "former";
  }
}

void DemoPlanner::plant_troubles() {
  // Someone is writing the newest order just now.
  plan_.orders.back().status = "draft";
  plan_.orders.back().payments.clear();
  constexpr int overdue_wanted = 5;
  int overdue = 0;
  bool held = false;
  for (auto order = plan_.orders.rbegin(); order != plan_.orders.rend(); ++order) {
    const std::int64_t age = days_from_civil(options_.today) - days_from_civil(order->day);
    if (age < shape_.settled_days + 5 || order->status != "completed") continue;
    if (!held) {
      held = true;
      order->status = "on_hold";
      order->notes = words_.hold_note;
      order->payments.clear();
    } else if (overdue < overdue_wanted && random_.percent(40)) {
      ++overdue;
      order->notes = words_.overdue_note;
      // Whoever asks for a deposit has had it.
      if (shape_.deposit) order->payments.resize(1);
      else order->payments.clear();
    }
    if (overdue == overdue_wanted) return;
  }
}

void DemoPlanner::number_orders() {
  std::map<int, int> last;
  for (DemoOrder& order : plan_.orders) {
    const std::string digits = std::to_string(++last[order.day.year]);
    const std::string zeros(digits.size() < 5 ? 5 - digits.size() : 0, '0');
    order.number = "D-" + std::to_string(order.day.year);
    order.number.append("-").append(zeros).append(digits);
  }
}

DemoPlan demo_plan(const DemoPreset& preset, const DemoOptions& options, const TimeZone& zone) {
  return DemoPlanner(preset, options, zone).run();
}

}  // namespace kontor::crm
