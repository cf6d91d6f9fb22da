#include "crm/stock.h"

#include <algorithm>

#include "base/check.h"
#include "base/decimal.h"
#include "crm/change_log.h"
#include "crm/rows.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Record;
namespace line_field = model::line_field;
namespace product_field = model::product_field;

struct Tracked {
  std::int64_t row_id = 0;
  std::int64_t available = 0;
};

std::optional<Tracked> tracked_product(store::ReadTx& tx, const Record& line) {
  const auto id = Uuid::parse(line.text(line_field::product_id));
  if (!id) return std::nullopt;
  store::Statement row = tx.prepare(
      "SELECT id, stock_on_hand - stock_reserved FROM products WHERE uid = ? AND track_stock = 1");
  row.with(store::Blob{id->blob()});
  if (!row.step()) return std::nullopt;
  return Tracked{row.integer(0), row.integer(1)};
}

// The product's side of a move: its row, the ledger, and its history.
void move_stock(store::WriteTx& tx, const Context& context, std::int64_t product,
                std::int64_t order, std::string_view kind, std::int64_t on_hand,
                std::int64_t reserved) {
  const auto id = id_of_row(tx, model::product.collection, product);
  const Record before = *load_row(tx, model::product, *id);
  Record after = before;
  after.version += 1;
  after.values[product_field::stock_on_hand] =
      before.integer(product_field::stock_on_hand) + on_hand;
  after.values[product_field::stock_reserved] =
      before.integer(product_field::stock_reserved) + reserved;
  tx.prepare(
        "UPDATE products SET stock_on_hand = ?, stock_reserved = ?, version = ?, updated_at = ? "
        "WHERE id = ?")
      .with(after.integer(product_field::stock_on_hand),
            after.integer(product_field::stock_reserved), after.version, context.now_ms, product)
      .run();
  tx.prepare(
        "INSERT INTO stock_moves (at, product_id, order_id, kind, on_hand, reserved) "
        "VALUES (?, ?, ?, ?, ?, ?)")
      .with(context.now_ms, product, order, kind, on_hand, reserved)
      .run();
  log_change(tx, context, model::product, after, kind, diff_json(model::product, &before, after));
}

FieldError shortage(std::size_t line, std::int64_t available) {
  return {.pointer = "/lines/" + std::to_string(line) + "/quantity",
          .code = "insufficient_stock",
          .detail = "Only " +
                    format_decimal(std::max<std::int64_t>(available, 0), k_quantity_places) +
                    " available."};
}

// The row id of the product whose stock the line holds.
std::int64_t held_product(store::ReadTx& tx, const Record& line) {
  const auto id = Uuid::parse(line.text(line_field::product_id));
  store::Statement row = tx.prepare("SELECT id FROM products WHERE uid = ?");
  row.with(store::Blob{id->blob()});
  CHECK(row.step());  // a line that holds stock names its product; products are never removed under
                      // it
  return row.integer(0);
}

}  // namespace

Result<void> reserve_stock(store::WriteTx& tx, const Context& context, Record& order) {
  std::vector<FieldError> short_lines;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    Record& line = order.lines[i];
    const auto product = tracked_product(tx, line);
    if (!product) continue;
    const std::int64_t quantity = line.integer(line_field::quantity);
    if (quantity > product->available) {
      short_lines.push_back(shortage(i, product->available));
      continue;
    }
    move_stock(tx, context, product->row_id, order.row_id, "reserve", 0, quantity);
    line.values[line_field::reserved] = quantity;
  }
  if (short_lines.empty()) return {};
  return Error{.code = Code::conflict,
               .message = "There is not enough stock.",
               .kind = "insufficient_stock",
               .fields = std::move(short_lines)};
}

void release_stock(store::WriteTx& tx, const Context& context, Record& order) {
  for (Record& line : order.lines) {
    const std::int64_t held = line.integer(line_field::reserved);
    if (held == 0) continue;
    move_stock(tx, context, held_product(tx, line), order.row_id, "release", 0, -held);
    line.values[line_field::reserved] = std::int64_t{0};
  }
}

void ship_stock(store::WriteTx& tx, const Context& context, Record& order) {
  for (Record& line : order.lines) {
    const std::int64_t held = line.integer(line_field::reserved);
    if (held == 0) continue;
    move_stock(tx, context, held_product(tx, line), order.row_id, "ship", -held, -held);
    line.values[line_field::reserved] = std::int64_t{0};
  }
}

void record_stock_set(store::WriteTx& tx, const Context& context, std::int64_t product_row_id,
                      std::int64_t on_hand_change) {
  tx.prepare(
        "INSERT INTO stock_moves (at, product_id, order_id, kind, on_hand, reserved) "
        "VALUES (?, ?, NULL, 'set', ?, 0)")
      .with(context.now_ms, product_row_id, on_hand_change)
      .run();
}

void record_stock_held(store::WriteTx& tx, const Context& context, const Record& order) {
  for (const Record& line : order.lines) {
    const std::int64_t held = line.integer(line_field::reserved);
    const auto id = Uuid::parse(line.text(line_field::product_id));
    if (held == 0 || !id) continue;
    tx.prepare(
          "INSERT INTO stock_moves (at, product_id, order_id, kind, on_hand, reserved) "
          "SELECT ?, id, ?, 'reserve', 0, ? FROM products WHERE uid = ?")
        .with(context.now_ms, order.row_id, held, store::Blob{id->blob()})
        .run();
  }
}

}  // namespace kontor::crm
