// Taking the demo out: what is registered as "demo:<preset>" goes, but for what real records refer
// to. While the transaction runs the latter are registered as "kept:demo:<preset>".
#include "base/check.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "crm/audit/audit_log.h"
#include "crm/demo/demo.h"

namespace kontor::crm {
namespace {

using store::WriteTx;

// SQL: is row `id` of a collection a demo record that goes?
std::string goes(std::string_view collection, std::string_view id) {
  return "EXISTS (SELECT 1 FROM external_ids d WHERE d.collection = '" + std::string(collection) +
         "' AND d.record_id = " + std::string(id) + " AND d.system GLOB 'demo:*')";
}

std::string going_ids(std::string_view collection) {
  return "(SELECT record_id FROM external_ids WHERE collection = '" + std::string(collection) +
         "' AND system GLOB 'demo:*')";
}

void keep(WriteTx& tx, std::string_view collection, const std::string& condition) {
  tx.prepare("UPDATE external_ids SET system = 'kept:' || system WHERE collection = '" +
             std::string(collection) + "' AND system GLOB 'demo:*' AND " + condition)
      .run();
}

// From the leaves to the roots: a kept order keeps its customer and its products.
void mark_kept(WriteTx& tx) {
  keep(tx, "orders",
       "EXISTS (SELECT 1 FROM payments p WHERE p.order_id = external_ids.record_id AND NOT " +
           goes("payments", "p.id") + ")");
  keep(tx, "payments",
       "EXISTS (SELECT 1 FROM payments p WHERE p.id = external_ids.record_id AND NOT " +
           goes("orders", "p.order_id") + ")");
  keep(tx, "customers",
       "(external_ids.record_id IN (SELECT o.customer_id FROM orders o WHERE NOT " +
           goes("orders", "o.id") +
           ") OR external_ids.record_id IN (SELECT c.customer_id FROM contacts c WHERE NOT " +
           goes("contacts", "c.id") + "))");
  keep(tx, "products",
       "external_ids.record_id IN (SELECT l.product_id FROM order_lines l WHERE NOT " +
           goes("orders", "l.order_id") + ")");
}

// A demo order that someone confirmed holds stock of products, which may stay.
void release_stock(WriteTx& tx, std::int64_t now_ms) {
  const std::string held =
      " FROM order_lines l WHERE l.reserved > 0 AND l.order_id IN " + going_ids("orders");
  tx.prepare(
        "UPDATE products SET version = version + 1, stock_reserved = stock_reserved - "
        "(SELECT sum(l.reserved)" +
        held + " AND l.product_id = products.id) WHERE id IN (SELECT l.product_id" + held + ")")
      .run();
  tx.prepare(
        "INSERT INTO stock_moves (at, product_id, order_id, kind, on_hand, reserved) "
        "SELECT ?, l.product_id, NULL, 'release', 0, -sum(l.reserved)" +
        held + " GROUP BY l.product_id")
      .with(now_ms)
      .run();
  tx.prepare("UPDATE stock_moves SET order_id = NULL WHERE order_id IN " + going_ids("orders"))
      .run();
  tx.prepare("DELETE FROM stock_moves WHERE product_id IN " + going_ids("products")).run();
}

std::int64_t remove(WriteTx& tx, std::string_view collection) {
  const std::string table(collection);
  const std::string which = going_ids(collection);
  tx.prepare("DELETE FROM " + table + " WHERE id IN " + which).run();
  const std::int64_t removed = tx.changes();
  // Names that other systems gave to them go too.
  tx.prepare("DELETE FROM external_ids WHERE collection = '" + table + "' AND record_id IN " +
             which)
      .run();
  return removed;
}

void list_kept(WriteTx& tx, std::string_view collection, std::string_view title,
               DemoCleared& cleared) {
  store::Statement row = tx.prepare(
      "SELECT t.uid, t." + std::string(title) + " FROM external_ids e JOIN " +
      std::string(collection) +
      " t ON t.id = e.record_id WHERE e.collection = ? AND e.system GLOB 'kept:*' ORDER BY t.id");
  row.with(collection);
  while (row.step()) {
    ++cleared.kept_count;
    if (cleared.kept.size() >= static_cast<std::size_t>(limits::page_max)) continue;
    cleared.kept.push_back({.collection = std::string(collection),
                            .id = Uuid::from_blob(row.blob(0)).text(),
                            .title = std::string(row.text(1))});
  }
}

// Without the names of those that stay.
std::string removed_json(const DemoCleared& cleared) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const auto& [name, value] : cleared.removed) out.key(name).integer(value);
  out.key("kept").integer(cleared.kept_count).end_object();
  return text;
}

}  // namespace

Result<DemoCleared> clear_demo(store::Store& store, const Context& context) {
  return store.write([&](WriteTx& tx) -> Result<DemoCleared> {
    DemoCleared cleared;
    mark_kept(tx);
    release_stock(tx, context.now_ms);
    for (const std::string_view collection :
         {"payments", "orders", "contacts", "customers", "products"})
      cleared.removed[std::string(collection)] = remove(tx, collection);
    list_kept(tx, "customers", "name", cleared);
    list_kept(tx, "products", "name", cleared);
    list_kept(tx, "orders", "number", cleared);
    tx.prepare("UPDATE external_ids SET system = substr(system, 6) WHERE system GLOB 'kept:*'")
        .run();
    // What the trail says of the records stays: it is append-only.
    record_event(tx, context, "demo", Uuid{}, "clear", removed_json(cleared));
    return cleared;
  });
}

std::string to_json(const DemoCleared& cleared) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("removed").begin_object();
  for (const auto& [name, value] : cleared.removed) out.key(name).integer(value);
  out.end_object().key("kept_count").integer(cleared.kept_count).key("kept").begin_array();
  for (const DemoCleared::Kept& kept : cleared.kept) {
    out.begin_object().key("collection").string(kept.collection);
    out.key("id").string(kept.id).key("title").string(kept.title).end_object();
  }
  out.end_array().end_object();
  return text;
}

}  // namespace kontor::crm
