#include "crm/dashboard.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/decimal.h"
#include "base/json_writer.h"
#include "crm/access/row_predicate.h"
#include "crm/order_figures.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using store::ReadTx;
using store::Statement;

constexpr int k_months = 12;
constexpr int k_low_stock = 20;

// States whose orders count as revenue: booked, that is confirmed and not cancelled since.
constexpr std::string_view k_booked = "status[ne]=cancelled";

std::string path(std::string_view collection, const std::string& filter) {
  return "/api/v1/" + std::string(collection) + (filter.empty() ? "" : "?" + filter);
}

std::string booked_filter(const Days& days, std::string_view currency) {
  return "confirmed_on[gte]=" + days.from + "&confirmed_on[lt]=" + days.to + "&" +
         std::string(k_booked) + "&currency=" + std::string(currency);
}

// What the caller sees of one collection.
class View {
 public:
  View(const Principal& principal, const Entity& entity)
      : rights_(principal.rights),
        entity_(entity),
        rows_(rows_within(principal, entity, Act::read)) {}

  // With rows of it, and all of these fields.
  bool has(std::initializer_list<std::string_view> fields) const {
    if (rights_.reach(entity_, Act::read) == Reach::none) return false;
    return std::all_of(fields.begin(), fields.end(), [&](std::string_view field) {
      return rights_.field(entity_, *model::find_field(entity_, field)) != FieldAccess::hidden;
    });
  }
  const Entity& entity() const { return entity_; }
  const RowPredicate& rows() const { return rows_; }

 private:
  const Rights& rights_;
  const Entity& entity_;
  RowPredicate rows_;
};

// Rows of `view` that are not in the trash and fulfil `condition`; the table is `t`.
Statement select(ReadTx& tx, const View& view, std::string_view columns, std::string_view condition,
                 std::string_view rest = "", std::string_view hint = "") {
  const RowPredicate& rows = view.rows();
  Statement row = tx.prepare("SELECT " + std::string(columns) + " FROM " +
                             std::string(view.entity().collection) + " t" + std::string(hint) +
                             " WHERE t.deleted_at IS NULL" + std::string(condition) +
                             (rows.is_open() ? "" : " AND " + rows.sql) + std::string(rest));
  int index = 0;
  for (const std::int64_t parameter : rows.parameters) row.bind(++index, parameter);
  return row;
}

std::int64_t count(ReadTx& tx, const View& view) {
  if (!view.rows().is_open()) {
    Statement row = select(tx, view, "count(*)", "");
    row.step();
    return row.integer(0);
  }
  Statement row = tx.prepare("SELECT live FROM stats_records WHERE collection = ?");
  row.with(view.entity().collection);
  row.step();
  return row.integer(0);
}

void write_count(JsonWriter& out, ReadTx& tx, const View& view) {
  const std::string_view collection = view.entity().collection;
  out.key(collection);
  if (!view.has({})) {
    out.null();
    return;
  }
  out.begin_object().key("count").integer(count(tx, view));
  out.key("rows").string(path(collection, "")).end_object();
}

// Orders by their date, whatever became of them.
void write_orders(JsonWriter& out, const View& orders, const Days& days,
                  const OrderFigures& figures) {
  const std::string in_period = "order_date[gte]=" + days.from + "&order_date[lt]=" + days.to;
  std::int64_t count = 0;
  for (const auto& [status, number] : figures.by_status) count += number;
  out.key("orders");
  if (orders.has({"order_date"})) {
    out.begin_object().key("count").integer(count);
    out.key("rows").string(path("orders", in_period)).end_object();
  } else {
    out.null();
  }
  out.key("orders_by_status");
  if (!orders.has({"order_date", "status"})) {
    out.null();
    return;
  }
  out.begin_array();
  for (const auto& [status, number] : figures.by_status) {
    if (number == 0) continue;
    out.begin_object().key("status").string(status).key("count").integer(number);
    std::string filter = in_period;
    filter.append("&status=").append(status);
    out.key("rows").string(path("orders", filter)).end_object();
  }
  out.end_array();
}

void write_sum(JsonWriter& out, std::string_view currency, const OrderFigures::Sum& sum,
               const std::string& filter) {
  out.key("currency").string(currency).key("orders").integer(sum.orders);
  out.key("amount").integer(sum.net).key("rows").string(path("orders", filter)).end_object();
}

// Booked revenue: the net of orders by the day of their confirmation, now cancelled ones left out.
void write_revenue(JsonWriter& out, const Days& days, const OrderFigures& figures) {
  out.key("revenue").begin_array();
  for (const auto& [currency, sum] : figures.revenue)
    write_sum(out.begin_object(), currency, sum, booked_filter(days, currency));
  out.end_array();
}

Date first_of_next_month(std::string_view month) {
  Date date = *parse_date(std::string(month) + "-01");
  return add_months(date, 1);
}

void write_revenue_by_month(JsonWriter& out, const Days& days, const OrderFigures& figures) {
  out.key("revenue_by_month").begin_array();
  for (const auto& [month_and_currency, sum] : figures.by_month) {
    const auto& [month, currency] = month_and_currency;
    // A month at the edge of the period counts, and links, only its days within.
    const Days within{std::max(days.from, month + "-01"),
                      std::min(days.to, format_date(first_of_next_month(month)))};
    out.begin_object().key("month").string(month);
    write_sum(out, currency, sum, booked_filter(within, currency));
  }
  out.end_array();
}

// The name is a part of another record, which the caller may not see.
void write_customer(JsonWriter& out, const Statement& row, const Principal& principal,
                    const View& customers) {
  std::optional<std::int64_t> holder;
  if (!row.is_null(2)) holder = row.integer(2);
  const bool is_seen =
      customers.has({"name"}) && reaches(principal, customers.entity(), Act::read, holder);
  out.key("customer_id").string(Uuid::from_blob(row.blob(0)).text()).key("name");
  is_seen ? out.string(row.text(1)) : out.null();
}

void write_top_customers(JsonWriter& out, ReadTx& tx, const Principal& principal,
                         const View& customers, const Days& days, const OrderFigures& figures) {
  out.key("top_customers").begin_array();
  for (const auto& [currency, best] : figures.top) {
    for (const Buyer& buyer : best) {
      Statement row = tx.prepare("SELECT uid, name, holder_id FROM customers WHERE id = ?");
      row.with(buyer.customer);
      if (!row.step()) continue;
      write_customer(out.begin_object(), row, principal, customers);
      write_sum(
          out, currency, {buyer.orders, buyer.net},
          booked_filter(days, currency) + "&customer_id=" + Uuid::from_blob(row.blob(0)).text());
    }
  }
  out.end_array();
}

void write_order_figures(JsonWriter& out, ReadTx& tx, const Principal& principal,
                         const Days& days) {
  const View orders(principal, model::order);
  OrderFigures figures;
  if (orders.has({})) {
    figures = orders.rows().is_open() ? kept_order_figures(tx, days)
                                      : order_figures_within(tx, days, orders.rows());
  }
  write_orders(out, orders, days, figures);
  if (orders.has({"confirmed_on", "status", "currency", "net"})) {
    write_revenue(out, days, figures);
    write_revenue_by_month(out, days, figures);
  } else {
    out.key("revenue").null().key("revenue_by_month").null();
  }
  if (orders.has({"confirmed_on", "status", "currency", "net", "customer_id"})) {
    const View customers(principal, model::customer);
    write_top_customers(out, tx, principal, customers, days, figures);
  } else {
    out.key("top_customers").null();
  }
}

void write_product(JsonWriter& out, const Statement& row, const View& products) {
  const auto text = [&](std::string_view field, const std::string& value) {
    out.key(field);
    products.has({field}) ? out.string(value) : out.null();
  };
  out.begin_object().key("id").string(Uuid::from_blob(row.blob(0)).text());
  text("sku", std::string(row.text(1)));
  text("name", std::string(row.text(2)));
  out.key("available");
  if (products.has({"stock_on_hand", "stock_reserved"})) {
    out.string(format_decimal(row.integer(3) - row.integer(4), k_quantity_places));
  } else {
    out.null();
  }
  text("reorder_point", format_decimal(row.integer(5), k_quantity_places));
  out.end_object();
}

void write_low_stock(JsonWriter& out, ReadTx& tx, const Principal& principal) {
  const View products(principal, model::product);
  out.key("low_stock");
  if (!products.has({"low_stock"})) {
    out.null();
    return;
  }
  // Left to itself SQLite reads all products: it cannot know that few are low.
  constexpr std::string_view k_low = " AND t.low_stock = 1";
  constexpr std::string_view k_index = " INDEXED BY products_low_stock";
  Statement count = select(tx, products, "count(*)", k_low, "", k_index);
  count.step();
  out.begin_object().key("count").integer(count.integer(0));
  out.key("rows").string(path("products", "low_stock=true")).key("data").begin_array();
  Statement row = select(tx, products,
                         "t.uid, t.sku, t.name, t.stock_on_hand, t.stock_reserved, t.reorder_point",
                         k_low, " ORDER BY t.id LIMIT " + std::to_string(k_low_stock), k_index);
  while (row.step()) write_product(out, row, products);
  out.end_array().end_object();
}

}  // namespace

Result<std::string> dashboard(ReadTx& tx, const Organisation& organisation,
                              const Principal& principal, const Period& period) {
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
  write_count(out, tx, View(principal, model::customer));
  write_count(out, tx, View(principal, model::product));
  write_order_figures(out, tx, principal, days);
  write_low_stock(out, tx, principal);
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
