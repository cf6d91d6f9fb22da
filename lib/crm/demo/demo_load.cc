#include <algorithm>
#include <functional>

#include "base/check.h"
#include "base/decimal.h"
#include "base/json_writer.h"
#include "crm/demo/demo.h"
#include "crm/demo/demo_plan.h"
#include "crm/imports/external_ids.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;
namespace line_field = model::line_field;

// Records of one transaction. SQLite goes through the whole undo log of a savepoint after every
// statement, so a transaction costs by the square: 500 are slower than 50, and 2000 three times.
constexpr std::size_t k_part = 50;

class DemoWriter {
 public:
  DemoWriter(store::WriteTx& tx, const Records& records, const DemoPreset& preset,
             const DemoPlan& plan, const std::string& system)
      : tx_(tx), records_(records), preset_(preset), plan_(plan), system_(system) {}

  Result<void> write(const DemoCustomer& customer);
  Result<void> write(const DemoProduct& product);
  Result<void> write(const DemoOrder& order);

 private:
  void set(Record& record, const Entity& entity, std::string_view field, model::Value value) const {
    record.values[*model::find_field(entity, field)] = std::move(value);
  }
  void set_text(Record& record, const Entity& entity, std::string_view field,
                const std::string& text) const {
    if (!text.empty()) set(record, entity, field, text);
  }
  Record begin(const Entity& entity, const Uuid& id) const {
    Record record = model::blank(entity);
    record.id = id;
    set(record, entity, "tags", std::string(R"(["demo"])"));
    return record;
  }
  Result<std::int64_t> insert(const Entity& entity, Record record, std::int64_t at_ms);
  Result<void> write_contact(const DemoCustomer& customer, const DemoPerson& person, bool first);
  Result<void> write_payments(const DemoOrder& order, std::int64_t order_row);
  std::int64_t total_of(std::int64_t order_row) const;
  Record line(const DemoLine& line) const;

  store::WriteTx& tx_;
  const Records& records_;
  const DemoPreset& preset_;
  const DemoPlan& plan_;
  const std::string& system_;
};

Result<std::int64_t> DemoWriter::insert(const Entity& entity, Record record, std::int64_t at_ms) {
  const std::string key = record.id.text();
  const Context context{.now_ms = at_ms, .request_id = "demo", .importing = true};
  const Written written = TRY(records_.insert(tx_, context, entity, std::move(record)));
  remember_external(tx_, entity.collection, system_, key, written.row_id);
  return written.row_id;
}

Result<void> DemoWriter::write(const DemoCustomer& customer) {
  const Entity& entity = model::customer;
  const DemoPlaces::City& city = preset_.places.cities[customer.city];
  Record record = begin(entity, customer.id);
  set(record, entity, "kind", std::string(customer.company ? "company" : "person"));
  set_text(record, entity, "name", customer.name);
  set_text(record, entity, "email", customer.email);
  set_text(record, entity, "phone", customer.phone);
  set_text(record, entity, "lifecycle", std::string(customer.lifecycle));
  set_text(record, entity, "address.street", customer.street);
  set_text(record, entity, "address.city", city.city);
  set_text(record, entity, "address.state", city.state);
  set_text(record, entity, "address.postal_code", city.postal_code);
  set_text(record, entity, "address.country", preset_.places.country);
  set_text(record, entity, "currency", preset_.currency);
  set_text(record, entity, "custom", customer.custom);
  TRY(insert(entity, std::move(record), customer.created_ms));
  for (std::size_t i = 0; i < customer.contacts.size(); ++i)
    TRY(write_contact(customer, customer.contacts[i], i == 0));
  return {};
}

Result<void> DemoWriter::write_contact(const DemoCustomer& customer, const DemoPerson& person,
                                       bool first) {
  const Entity& entity = model::contact;
  Record record = begin(entity, person.id);
  set(record, entity, "customer_id", customer.id.text());
  set_text(record, entity, "first_name", person.first);
  set_text(record, entity, "last_name", person.last);
  set_text(record, entity, "job_title", person.job_title);
  set_text(record, entity, "email", person.email);
  set(record, entity, "is_primary", std::int64_t{first ? 1 : 0});
  TRY(insert(entity, std::move(record), customer.created_ms));
  return {};
}

Result<void> DemoWriter::write(const DemoProduct& product) {
  const Entity& entity = model::product;
  Record record = begin(entity, product.id);
  const DemoGood& good = preset_.goods[product.good];
  set_text(record, entity, "sku", good.sku);
  set_text(record, entity, "name", good.name);
  set_text(record, entity, "category", good.category);
  set_text(record, entity, "unit", good.unit);
  set_text(record, entity, "custom", good.custom);
  set_text(record, entity, "currency", preset_.currency);
  set(record, entity, "price", good.price * k_quantity_one);
  if (good.kind != DemoKind::service) set(record, entity, "cost", product.cost * k_quantity_one);
  if (good.kind == DemoKind::goods) {
    set(record, entity, "track_stock", std::int64_t{1});
    set(record, entity, "stock_on_hand", product.stock * k_quantity_one);
    set(record, entity, "reorder_point", product.reorder_point * k_quantity_one);
  }
  set_text(record, entity, "status", product.archived ? "archived" : "active");
  TRY(insert(entity, std::move(record), product.created_ms));
  return {};
}

Record DemoWriter::line(const DemoLine& planned) const {
  Record record = model::blank(model::order_line);
  record.id = planned.id;
  record.values[line_field::product_id] = plan_.products[planned.product].id.text();
  record.values[line_field::quantity] = planned.quantity * k_quantity_one;
  record.values[line_field::discount] = planned.discount;
  return record;
}

Result<void> DemoWriter::write(const DemoOrder& order) {
  const Entity& entity = model::order;
  Record record = begin(entity, order.id);
  set_text(record, entity, "number", order.number);
  set(record, entity, "customer_id", plan_.customers[order.customer].id.text());
  set_text(record, entity, "currency", preset_.currency);
  set(record, entity, "order_date", format_date(order.day));
  set_text(record, entity, "status", std::string(order.status));
  if (order.status == "completed")
    set(record, entity, "fulfilment_status", std::string("fulfilled"));
  if (order.status == "on_hold") set(record, entity, "held_from", std::string("confirmed"));
  if (order.status != "draft" && order.status != "cancelled")
    set(record, entity, "confirmed_at", order.at_ms);
  set(record, entity, "shipping", order.shipping);
  set_text(record, entity, "channel", preset_.words.channels[order.channel]);
  set_text(record, entity, "notes", order.notes);
  set_text(record, entity, "custom", order.custom);
  for (const DemoLine& planned : order.lines) record.lines.push_back(line(planned));
  const std::int64_t row = TRY(insert(entity, std::move(record), order.at_ms));
  return write_payments(order, row);
}

std::int64_t DemoWriter::total_of(std::int64_t order_row) const {
  store::Statement row = tx_.prepare("SELECT total FROM orders WHERE id = ?");
  row.with(order_row);
  CHECK(row.step());
  return row.integer(0);
}

Result<void> DemoWriter::write_payments(const DemoOrder& order, std::int64_t order_row) {
  if (order.payments.empty()) return {};
  const std::int64_t total = total_of(order_row);
  std::int64_t due = total;
  for (const DemoPayment& payment : order.payments) {
    const std::int64_t amount = payment.part == DemoPaid::half ? total / 2 : due;
    due -= amount;
    const Entity& entity = model::payment;
    Record record = begin(entity, payment.id);
    set(record, entity, "order_id", order.id.text());
    set_text(record, entity, "method", std::string(order.method));
    set_text(record, entity, "currency", preset_.currency);
    set(record, entity, "amount", amount);
    set(record, entity, "paid_at", payment.at_ms);
    TRY(insert(entity, std::move(record), payment.at_ms));
  }
  return {};
}

Result<void> check_absent(store::Store& store) {
  return store.read([](store::ReadTx& tx) -> Result<void> {
    const std::int64_t records = demo_records(tx);
    if (records == 0) return {};
    return Error{.code = Code::conflict,
                 .message = "There are " + std::to_string(records) +
                            " demo records in this database already.",
                 .kind = "demo_loaded",
                 .hint = "kontor demo clear"};
  });
}

DemoReport count(const DemoPlan& plan) {
  DemoReport report;
  auto& counts = report.counts;
  counts["customers"] = static_cast<std::int64_t>(plan.customers.size());
  counts["products"] = static_cast<std::int64_t>(plan.products.size());
  counts["orders"] = static_cast<std::int64_t>(plan.orders.size());
  for (const DemoCustomer& customer : plan.customers)
    counts["contacts"] += static_cast<std::int64_t>(customer.contacts.size());
  for (const DemoOrder& order : plan.orders) {
    counts["order_lines"] += static_cast<std::int64_t>(order.lines.size());
    counts["payments"] += static_cast<std::int64_t>(order.payments.size());
  }
  return report;
}

}  // namespace

Result<DemoReport> load_demo(store::Store& store, const Records& records,
                             const DemoOptions& options) {
  const auto organisation = records.organisation();
  const DemoPreset preset = TRY(
      demo_preset(options, {.currency = organisation->currency, .country = organisation->country}));
  TRY(check_absent(store));
  const DemoPlan plan = demo_plan(preset, options, organisation->zone);
  const std::string system = "demo:" + options.preset;
  const auto write_all = [&](const auto& planned) -> Result<void> {
    for (std::size_t from = 0; from < planned.size(); from += k_part) {
      const std::size_t to = std::min(from + k_part, planned.size());
      TRY(store.write([&](store::WriteTx& tx) -> Result<void> {
        DemoWriter writer(tx, records, preset, plan, system);
        for (std::size_t i = from; i < to; ++i) {
          Result<void> written = writer.write(planned[i]);
          if (!written.ok()) return written;
        }
        return {};
      }));
    }
    return {};
  };
  TRY(write_all(plan.customers));
  TRY(write_all(plan.products));
  TRY(write_all(plan.orders));
  return count(plan);
}

std::int64_t demo_records(store::ReadTx& tx) {
  store::Statement row = tx.prepare("SELECT count(*) FROM external_ids WHERE system GLOB 'demo:*'");
  CHECK(row.step());
  return row.integer(0);
}

std::string to_json(const DemoReport& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const auto& [name, value] : report.counts) out.key(name).integer(value);
  out.end_object();
  return text;
}

}  // namespace kontor::crm
