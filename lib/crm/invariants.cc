#include "crm/invariants.h"

#include "base/uuid.h"
#include "crm/audit/audit_check.h"
#include "crm/rows.h"
#include "crm/rules/orders.h"
#include "crm/search_check.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using store::ReadTx;
using store::Statement;
using Findings = std::vector<std::string>;

// Each query names the rows that break the rule; a few are enough to act on.
Findings findings(ReadTx& tx, std::string_view sql) {
  Findings found;
  Statement row = tx.prepare(std::string(sql) + " LIMIT 10");
  while (row.step()) found.emplace_back(row.text(0));
  return found;
}

Findings orders_add_up(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'order ' || o.number || ': lines come to ' || coalesce(sum(l.line_total), 0) || "
      "' with a discount of ' || coalesce(sum(l.discount_share), 0) || ', the order says ' || "
      "o.subtotal || ' and ' || o.discount "
      "FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id GROUP BY o.id "
      "HAVING coalesce(sum(l.line_total), 0) <> o.subtotal "
      "OR coalesce(sum(l.discount_share), 0) <> o.discount");
}

// The amounts computed again from the lines by the very rule that wrote them.
Findings orders_recompute(ReadTx& tx) {
  Findings found;
  Statement row = tx.prepare("SELECT uid FROM orders ORDER BY id");
  while (row.step() && found.size() < 10) {
    const auto stored = load_row(tx, model::order, Uuid::from_blob(row.blob(0)));
    model::Record again = *stored;
    std::vector<FieldError> errors;
    compute_totals(again, errors);
    bool same = errors.empty() && again.values == stored->values;
    for (std::size_t i = 0; same && i < again.lines.size(); ++i)
      same = again.lines[i].values == stored->lines[i].values;
    if (!same)
      found.push_back("order " + stored->text(model::order_field::number) +
                      ": its amounts do not follow from its lines");
  }
  return found;
}

Findings payments_add_up(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'order ' || o.number || ': paid is ' || o.paid || ', its payments come to ' || "
      "coalesce(sum(p.amount - p.refunded), 0) "
      "FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.deleted_at IS NULL "
      "AND p.status IN ('succeeded', 'partially_refunded', 'refunded') GROUP BY o.id "
      "HAVING coalesce(sum(p.amount - p.refunded), 0) <> o.paid");
}

Findings payment_status_follows(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'order ' || number || ': the payment status is ' || payment_status || ', its "
      "payments make it ' || due_status FROM (SELECT o.number, o.payment_status, CASE "
      "WHEN coalesce(p.refunded, 0) > 0 THEN iif(p.kept = 0, 'refunded', 'partially_refunded') "
      "WHEN coalesce(p.kept, 0) >= o.total AND (p.kept > 0 OR o.confirmed_at IS NOT NULL) THEN "
      "'paid' WHEN p.kept > 0 THEN 'partially_paid' WHEN p.authorized THEN 'authorized' "
      "WHEN p.failed THEN 'failed' ELSE 'unpaid' END AS due_status "
      "FROM orders o LEFT JOIN (SELECT order_id, "
      "sum(iif(status IN ('succeeded', 'partially_refunded', 'refunded'), amount - refunded, 0)) "
      "AS kept, sum(iif(status IN ('succeeded', 'partially_refunded', 'refunded'), refunded, 0)) "
      "AS refunded, max(status = 'authorized') AS authorized, max(status = 'failed') AS failed "
      "FROM payments WHERE deleted_at IS NULL GROUP BY order_id) p ON p.order_id = o.id) "
      "WHERE payment_status <> due_status");
}

Findings payments_have_the_orders_currency(ReadTx& tx) {
  return findings(tx,
                  "SELECT 'order ' || o.number || ' is in ' || o.currency || ', a payment of it in "
                  "' || p.currency FROM payments p JOIN orders o ON o.id = p.order_id "
                  "WHERE p.currency <> o.currency");
}

Findings stock_equals_ledger(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'product ' || p.sku || ': on hand ' || p.stock_on_hand || ', reserved ' || "
      "p.stock_reserved || '; the ledger says ' || coalesce(sum(m.on_hand), 0) || ' and ' || "
      "coalesce(sum(m.reserved), 0) "
      "FROM products p LEFT JOIN stock_moves m ON m.product_id = p.id GROUP BY p.id "
      "HAVING coalesce(sum(m.on_hand), 0) <> p.stock_on_hand "
      "OR coalesce(sum(m.reserved), 0) <> p.stock_reserved");
}

Findings reserved_equals_orders(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'product ' || p.sku || ': reserved ' || p.stock_reserved || ', orders hold ' || "
      "coalesce(sum(l.reserved), 0) "
      "FROM products p LEFT JOIN order_lines l ON l.product_id = p.id GROUP BY p.id "
      "HAVING coalesce(sum(l.reserved), 0) <> p.stock_reserved");
}

Findings numbers_without_gap(ReadTx& tx) {
  return findings(
      tx,
      "SELECT s.series || '-' || s.period || ': ' || (s.next - 1) || ' numbers were given, ' || "
      "count(o.id) || ' orders carry one' "
      "FROM sequences s LEFT JOIN orders o ON o.number GLOB s.series || '-' || s.period || "
      "'-[0-9]*' AND CAST(substr(o.number, length(s.series || s.period) + 3) AS INTEGER) < s.next "
      "WHERE s.series = 'SO' GROUP BY s.series, s.period HAVING count(o.id) <> s.next - 1");
}

Findings figures_equal_rows(ReadTx& tx) {
  Findings found = findings(
      tx,
      "SELECT 'orders of ' || coalesce(a.day, b.day) || ' ' || coalesce(a.status, b.status) || "
      "': the figure says ' || coalesce(a.orders, 0) || ', there are ' || coalesce(b.orders, 0) "
      "FROM stats_order_days a FULL JOIN (SELECT order_date AS day, status, count(*) AS orders "
      "FROM orders WHERE deleted_at IS NULL GROUP BY 1, 2) b ON a.day = b.day AND a.status = "
      "b.status "
      "WHERE coalesce(a.orders, 0) <> coalesce(b.orders, 0)");
  const Findings revenue = findings(
      tx,
      "SELECT 'revenue of ' || coalesce(a.day, b.day) || ' ' || coalesce(a.currency, b.currency) "
      "|| "
      "': the figure says ' || coalesce(a.net, 0) || ', the orders come to ' || coalesce(b.net, 0) "
      "FROM stats_revenue_days a FULL JOIN (SELECT confirmed_on AS day, currency, sum(net) AS net, "
      "count(*) AS orders "
      "FROM orders WHERE deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled' "
      "GROUP BY 1, 2) b "
      "ON a.day = b.day AND a.currency = b.currency "
      "WHERE coalesce(a.net, 0) <> coalesce(b.net, 0) OR coalesce(a.orders, 0) <> "
      "coalesce(b.orders, 0)");
  found.insert(found.end(), revenue.begin(), revenue.end());
  return found;
}

// Not by a join: of two lists as long as there are customers SQLite reads one for each row of the
// other.
Findings buyers_equal_rows(ReadTx& tx) {
  return findings(
      tx,
      "SELECT 'customer ' || customer_id || ' in ' || currency || ': the figure says ' || "
      "sum(kept_net) || ', the orders come to ' || sum(net) FROM ("
      "SELECT customer_id, currency, orders AS kept, net AS kept_net, 0 AS orders, 0 AS net "
      "FROM stats_buyers UNION ALL SELECT customer_id, currency, 0, 0, count(*), sum(net) "
      "FROM orders WHERE deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled' "
      "GROUP BY customer_id, currency) GROUP BY customer_id, currency "
      "HAVING sum(kept) <> sum(orders) OR sum(kept_net) <> sum(net)");
}

Findings counts_equal_rows(ReadTx& tx) {
  return findings(
      tx,
      "SELECT s.collection || ': the figure says ' || s.live || ', there are ' || n.live FROM "
      "stats_records s JOIN ("
      "SELECT 'customers' AS collection, count(*) AS live FROM customers WHERE deleted_at IS NULL "
      "UNION ALL SELECT 'contacts', count(*) FROM contacts WHERE deleted_at IS NULL "
      "UNION ALL SELECT 'products', count(*) FROM products WHERE deleted_at IS NULL "
      "UNION ALL SELECT 'orders', count(*) FROM orders WHERE deleted_at IS NULL "
      "UNION ALL SELECT 'payments', count(*) FROM payments WHERE deleted_at IS NULL) n "
      "ON n.collection = s.collection WHERE n.live <> s.live");
}

constexpr Invariant k_invariants[] = {
    {"orders_add_up", "An order's subtotal and discount are the sums over its lines.",
     orders_add_up},
    {"orders_recompute", "Every amount of an order follows from its lines by the rules.",
     orders_recompute},
    {"payments_add_up", "What an order counts as paid is the sum of its payments less refunds.",
     payments_add_up},
    {"payment_status_follows", "An order's payment status is what its payments make it.",
     payment_status_follows},
    {"payments_have_the_orders_currency", "Payments are in the currency of their order.",
     payments_have_the_orders_currency},
    {"stock_equals_ledger", "Stock on hand and reserved are the sums of the stock ledger.",
     stock_equals_ledger},
    {"reserved_equals_orders", "Reserved stock is what the lines of orders hold.",
     reserved_equals_orders},
    {"numbers_without_gap", "Every order number that was given belongs to an order.",
     numbers_without_gap},
    {"figures_equal_rows", "The dashboard's daily figures equal the orders they stand for.",
     figures_equal_rows},
    {"buyers_equal_rows", "What a customer has ever bought is the sum of his booked orders.",
     buyers_equal_rows},
    {"counts_equal_rows", "The kept numbers of records equal the records.", counts_equal_rows},
    {"search_finds_rows", "Records, of which a sample is looked for, are found by their words.",
     search_differences},
    {"audit_chain", "Every row of the audit trail is the one that was written, in its place.",
     audit_differences},
};

}  // namespace

std::span<const Invariant> invariants() { return k_invariants; }

}  // namespace kontor::crm
