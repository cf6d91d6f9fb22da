#include "crm/demo/demo_plan.h"

#include <algorithm>
#include <array>

#include "base/decimal.h"
#include "crm/demo/demo_planner.h"

namespace kontor::crm {
namespace {

constexpr std::int64_t k_hour_ms = 3'600'000;
constexpr std::int64_t k_day_ms = k_day_s * 1000;
constexpr int k_months = 14;

struct Volume {
  std::size_t customers, products, orders;
};
Volume volume(DemoSize size) {
  switch (size) {
    case DemoSize::s: return {48, 18, 120};
    case DemoSize::m: return {240, 90, 600};
    case DemoSize::l: return {100'000, 500, 210'000};
  }
  return {240, 90, 600};
}

}  // namespace

DemoPlanner::DemoPlanner(const DemoWords& words, const DemoOptions& options, const TimeZone& zone)
    : words_(words),
      options_(options),
      zone_(zone),
      random_(options.seed),
      begin_(add_months(options.today, -k_months)) {
  begin_ms_ = zone.start_of_day_ms(begin_);
  days_ = days_from_civil(options.today) - days_from_civil(begin_) + 1;
}

DemoPlan DemoPlanner::run() && {
  const Volume counts = volume(options_.size);
  plan_customers(counts.customers);
  plan_products(counts.products);
  plan_orders(counts.orders);
  plant_troubles();
  number_orders();
  return std::move(plan_);
}

// Every seventh is low, some of them out of stock; a few are no longer sold.
void DemoPlanner::plan_products(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const DemoWords::Item& item = words_.items[i % words_.items.size()];
    const DemoWords::Variant& variant =
        words_.variants[(i / words_.items.size()) % words_.variants.size()];
    const std::int64_t created_ms =
        begin_ms_ - 40 * k_day_ms + static_cast<std::int64_t>(i) * 60'000;
    DemoProduct product{.id = random_.id(created_ms), .created_ms = created_ms};
    product.sku = item.code + "-" + variant.code;
    product.name = item.name + ", " + variant.name;
    product.category = item.category;
    product.price = item.price;
    product.cost = item.price * random_.between(42, 60) / 100;
    product.reorder_point = random_.between(4, 12);
    product.stock = product.reorder_point + random_.between(5, 120);
    if (i % 7 == 3) product.stock = random_.between(0, product.reorder_point);
    product.archived = i % 29 == 17;
    plan_.products.push_back(std::move(product));
  }
}

// Twice as many orders at the end as at the beginning; the weeks before Christmas are the season,
// the first of the year the lull, weekends are slow.
std::vector<std::int64_t> DemoPlanner::day_weights() const {
  constexpr std::array<std::int64_t, 12> season = {80, 85, 95,  95,  100, 95,
                                                   90, 95, 100, 105, 140, 165};
  std::vector<std::int64_t> sums;
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < days_; ++i) {
    const Date day = add_days(begin_, i);
    const std::int64_t growth = 100 + 100 * i / days_;
    const int week_day = weekday(day);
    const std::int64_t week = week_day == 0 || week_day == 6 ? 65 : 100;
    sum += growth * season[static_cast<std::size_t>(day.month - 1)] * week;
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
  order.shipping = random_.pick(words_.shipping);
  order.channel = random_.below(words_.channels.size());
  choose_customer(order);
  choose_lines(order);
  choose_status(order, age_days);
  choose_payment(order, age_days);
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
  const std::size_t dice = random_.below(100);
  const std::size_t count = dice < 56 ? 1 : dice < 84 ? 2 : dice < 95 ? 3 : 4;
  while (order.lines.size() < count) {
    const std::size_t product = random_.below(plan_.products.size());
    const bool twice = std::any_of(order.lines.begin(), order.lines.end(),
                                   [&](const DemoLine& line) { return line.product == product; });
    if (twice || plan_.products[product].archived) continue;
    DemoLine line{.id = random_.id(order.at_ms), .product = product};
    line.quantity = random_.percent(60) ? 1 : random_.between(2, 6);
    if (random_.percent(12)) line.discount = random_.between(1, 4) * k_rate_one / 20;
    order.lines.push_back(line);
  }
}

void DemoPlanner::choose_status(DemoOrder& order, std::int64_t age_days) {
  const std::size_t dice = random_.below(100);
  if (age_days > 10) {
    order.status = dice < 4 ? "cancelled" : "completed";
  } else if (age_days > 3) {
    order.status = dice < 5    ? "cancelled"
                   : dice < 20 ? "confirmed"
                   : dice < 50 ? "processing"
                               : "completed";
  } else {
    order.status = dice < 25 ? "draft" : dice < 70 ? "confirmed" : "processing";
  }
}

void DemoPlanner::choose_payment(DemoOrder& order, std::int64_t age_days) {
  constexpr std::array<std::string_view, 4> methods = {"card", "bank_transfer", "cod", "wallet"};
  order.method = methods[random_.below(methods.size())];
  const std::int64_t delay = std::min(random_.between(0, 6), age_days) * k_day_ms;
  order.paid_ms = order.at_ms + (delay == 0 ? 60'000 : delay - k_hour_ms);
  order.payment_id = random_.id(order.paid_ms);
  const std::size_t dice = random_.below(100);
  if (order.status == "completed") {
    // What is older than a month is paid, but for the orders that are planted as overdue.
    order.paid = age_days > 30 || dice < 90 ? DemoPaid::full : DemoPaid::half;
  } else if (order.status == "processing") {
    order.paid = dice < 60 ? DemoPaid::full : dice < 75 ? DemoPaid::half : DemoPaid::no;
  } else if (order.status == "confirmed" && dice < 30) {
    order.paid = DemoPaid::half;
  }
}

void DemoPlanner::plant_troubles() {
  // Someone is writing the newest order just now.
  plan_.orders.back().status = "draft";
  plan_.orders.back().paid = DemoPaid::no;
  constexpr int overdue_wanted = 5;
  int overdue = 0;
  bool held = false;
  for (auto order = plan_.orders.rbegin(); order != plan_.orders.rend(); ++order) {
    const std::int64_t age = days_from_civil(options_.today) - days_from_civil(order->day);
    if (age < 35 || order->status != "completed") continue;
    if (!held) {
      held = true;
      order->status = "on_hold";
      order->notes = words_.hold_note;
      order->paid = DemoPaid::no;
    } else if (overdue < overdue_wanted && random_.percent(40)) {
      ++overdue;
      order->notes = words_.overdue_note;
      order->paid = DemoPaid::no;
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

DemoPlan demo_plan(const DemoWords& words, const DemoOptions& options, const TimeZone& zone) {
  return DemoPlanner(words, options, zone).run();
}

}  // namespace kontor::crm
