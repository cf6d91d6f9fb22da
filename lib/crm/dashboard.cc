#include "crm/dashboard.h"

#include <algorithm>
#include <map>

#include "base/decimal.h"
#include "base/json_writer.h"
#include "crm/top_customers.h"

namespace kontor::crm {
namespace {

using store::ReadTx;
using store::Statement;

constexpr int k_months = 12;
constexpr int k_low_stock = 20;

// States whose orders count as revenue: booked, that is confirmed and not cancelled since.
constexpr std::string_view k_booked = "status[ne]=cancelled";

struct Days {
  std::string from, to;
};

std::string path(std::string_view collection, const std::string& filter) {
  return "/api/v1/" + std::string(collection) + (filter.empty() ? "" : "?" + filter);
}

std::string booked_filter(const Days& days, std::string_view currency) {
  return "confirmed_on[gte]=" + days.from + "&confirmed_on[lt]=" + days.to + "&" +
         std::string(k_booked) + "&currency=" + std::string(currency);
}

void write_count(JsonWriter& out, ReadTx& tx, std::string_view collection) {
  Statement row = tx.prepare("SELECT live FROM stats_records WHERE collection = ?");
  row.with(collection);
  row.step();
  out.key(collection).begin_object().key("count").integer(row.integer(0));
  out.key("rows").string(path(collection, "")).end_object();
}

// Summed here and not by GROUP BY, which would sort all days' figures first.
std::map<std::string, std::int64_t, std::less<>> orders_by_status(ReadTx& tx, const Days& days) {
  Statement row =
      tx.prepare("SELECT status, orders FROM stats_order_days WHERE day >= ? AND day < ?");
  row.with(std::string_view(days.from), std::string_view(days.to));
  std::map<std::string, std::int64_t, std::less<>> sums;
  while (row.step()) {
    auto sum = sums.find(row.text(0));
    if (sum == sums.end()) sum = sums.emplace(row.text(0), 0).first;
    sum->second += row.integer(1);
  }
  return sums;
}

// Orders by their date, whatever became of them.
void write_orders(JsonWriter& out, ReadTx& tx, const Days& days) {
  const std::string in_period = "order_date[gte]=" + days.from + "&order_date[lt]=" + days.to;
  std::string by_status;
  JsonWriter list(by_status);
  list.begin_array();
  std::int64_t orders = 0;
  for (const auto& [status, count] : orders_by_status(tx, days)) {
    if (count == 0) continue;
    orders += count;
    list.begin_object().key("status").string(status).key("count").integer(count);
    std::string filter = in_period;
    filter.append("&status=").append(status);
    list.key("rows").string(path("orders", filter)).end_object();
  }
  list.end_array();
  out.key("orders")
      .begin_object()
      .key("count")
      .integer(orders)
      .key("rows")
      .string(path("orders", in_period))
      .end_object();
  out.key("orders_by_status").raw(by_status);
}

// Booked revenue: the net of orders by the day of their confirmation, now cancelled ones left out.
void write_revenue(JsonWriter& out, ReadTx& tx, const Days& days) {
  Statement row = tx.prepare(
      "SELECT currency, sum(orders), sum(net) FROM stats_revenue_days WHERE day >= ? AND day < ? "
      "GROUP BY currency HAVING sum(orders) > 0 ORDER BY currency");
  row.with(std::string_view(days.from), std::string_view(days.to));
  out.key("revenue").begin_array();
  while (row.step()) {
    out.begin_object().key("currency").string(row.text(0)).key("orders").integer(row.integer(1));
    out.key("amount")
        .integer(row.integer(2))
        .key("rows")
        .string(path("orders", booked_filter(days, row.text(0))))
        .end_object();
  }
  out.end_array();
}

Date first_of_next_month(std::string_view month) {
  Date date = *parse_date(std::string(month) + "-01");
  return add_months(date, 1);
}

void write_revenue_by_month(JsonWriter& out, ReadTx& tx, const Days& days) {
  Statement row = tx.prepare(
      "SELECT substr(day, 1, 7) AS month, currency, sum(orders), sum(net) FROM stats_revenue_days "
      "WHERE day >= ? AND day < ? GROUP BY month, currency HAVING sum(orders) > 0 ORDER BY month, "
      "currency");
  row.with(std::string_view(days.from), std::string_view(days.to));
  out.key("revenue_by_month").begin_array();
  while (row.step()) {
    const std::string month(row.text(0));
    // A month at the edge of the period counts, and links, only its days within.
    const Days within{std::max(days.from, month + "-01"),
                      std::min(days.to, format_date(first_of_next_month(month)))};
    out.begin_object().key("month").string(month).key("currency").string(row.text(1));
    out.key("orders").integer(row.integer(2)).key("amount").integer(row.integer(3));
    out.key("rows").string(path("orders", booked_filter(within, row.text(1)))).end_object();
  }
  out.end_array();
}

void write_top_customers(JsonWriter& out, ReadTx& tx, const Days& days) {
  out.key("top_customers").begin_array();
  for (const auto& [currency, best] : top_buyers(tx, days.from, days.to)) {
    for (const Buyer& buyer : best) {
      Statement row = tx.prepare("SELECT uid, name FROM customers WHERE id = ?");
      row.with(buyer.customer);
      if (!row.step()) continue;
      const std::string id = Uuid::from_blob(row.blob(0)).text();
      out.begin_object().key("customer_id").string(id).key("name").string(row.text(1));
      out.key("currency")
          .string(currency)
          .key("orders")
          .integer(buyer.orders)
          .key("amount")
          .integer(buyer.net);
      out.key("rows")
          .string(path("orders", booked_filter(days, currency) + "&customer_id=" + id))
          .end_object();
    }
  }
  out.end_array();
}

void write_low_stock(JsonWriter& out, ReadTx& tx) {
  Statement count =
      tx.prepare("SELECT count(*) FROM products WHERE deleted_at IS NULL AND low_stock = 1");
  count.step();
  out.key("low_stock").begin_object().key("count").integer(count.integer(0));
  out.key("rows").string(path("products", "low_stock=true")).key("data").begin_array();
  Statement row = tx.prepare(
      "SELECT uid, sku, name, stock_on_hand, stock_reserved, reorder_point FROM products "
      "WHERE deleted_at IS NULL AND low_stock = 1 ORDER BY id LIMIT ?");
  row.with(std::int64_t{k_low_stock});
  while (row.step()) {
    out.begin_object()
        .key("id")
        .string(Uuid::from_blob(row.blob(0)).text())
        .key("sku")
        .string(row.text(1));
    out.key("name").string(row.text(2));
    out.key("available").string(format_decimal(row.integer(3) - row.integer(4), k_quantity_places));
    out.key("reorder_point").string(format_decimal(row.integer(5), k_quantity_places)).end_object();
  }
  out.end_array().end_object();
}

}  // namespace

Result<std::string> dashboard(ReadTx& tx, const Organisation& organisation, const Period& period) {
  const Days days{format_date(period.from), format_date(period.to)};
  if (days.from >= days.to) {
    return Error{
        .code = Code::malformed,
        .message = "The period is empty: `to` is the day after its last day.",
        .kind = "invalid_parameter",
        .fields = {{.pointer = "?to", .code = "out_of_range", .detail = "Must be after `from`."}}};
  }
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("from").string(days.from).key("to").string(days.to);
  out.key("timezone")
      .string(organisation.zone.name())
      .key("currency")
      .string(organisation.currency);
  write_count(out, tx, "customers");
  write_count(out, tx, "products");
  write_orders(out, tx, days);
  write_revenue(out, tx, days);
  write_revenue_by_month(out, tx, days);
  write_top_customers(out, tx, days);
  write_low_stock(out, tx);
  out.end_object();
  return text;
}

Period default_period(const Organisation& organisation, std::int64_t now_ms) {
  const Date today = organisation.zone.local_date(now_ms);
  Date first = today;
  first.day = 1;
  return {add_months(first, 1 - k_months), add_days(today, 1)};
}

}  // namespace kontor::crm
