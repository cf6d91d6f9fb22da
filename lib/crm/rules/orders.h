// What an order's numbers and states mean.
//
// Lines. `quantity` > 0 (× 10⁴), `unit_price` in minor units × 10⁴, `discount` and `tax_rate` in
// parts per million. line_total = round(unit_price × quantity × (1 − discount)) in minor units,
// one rounding, half away from zero. A line that names a product takes sku, name, unit_price, cost
// and tax_rate from it where it does not give them; after that they are the line's own: a later
// change of the product changes no order. A line without a product needs name and unit_price.
//
// Document. subtotal = Σ line_total; discount is money, 0 ≤ discount ≤ subtotal, spread over the
// lines in proportion to line_total by largest remainder (Σ discount_share = discount);
// net = subtotal − discount; tax = Σ over tax rates of round(rate × Σ (line_total −
// discount_share)): one rounding a rate, not a line; total = net + tax + shipping;
// due = total − paid. The schema's CHECKs and crm/invariants.h prove it.
//
// States. draft → confirmed → processing → completed; confirmed → completed directly; any before
// completed → on_hold (remembers where from; resume goes back there) or cancelled. Customer,
// currency, date, lines, discount and shipping can be changed in a draft only (conflict
// `order_locked`); notes, channel, owner, tags and custom always.
//  confirm   needs a line (`no_lines`); reserves stock of products that track it, all lines or
//            none (`insufficient_stock` names the lines); sets confirmed_at and confirmed_on
//  complete  ships: reserved stock leaves stock on hand; fulfilment becomes fulfilled
//  cancel    releases what is reserved; refused while money is held (`order_is_paid`)
// Only drafts and cancelled orders go to the trash (`order_locked`).
//
// An order that has payments, in the trash too, keeps its currency (`currency_mismatch`).
//
// Numbers. SO-<year of order_date>-<00001…>, given when the record is made, inside its
// transaction: a failed create leaves no gap. A record of an import that has a number already
// keeps it (other systems' numbers, demo series); one of the server's own form is passed over when
// its turn comes.
//
// Imports (Context.importing). status, fulfilment_status, confirmed_at, confirmed_on are taken as
// given; confirmed_on falls back to order_date for a state that needs it; no stock is moved.
//
// Payments. paid = Σ (amount − refunded) over live payments that succeeded; payment_status follows:
// paid = 0 and something was refunded: refunded; refunded in part: partially_refunded; paid ≥
// total: paid (an order of 0 is paid when confirmed); paid > 0: partially_paid; an authorized
// payment: authorized; only failed ones: failed; else unpaid. No payment brings money to an order
// that is cancelled (`order_cancelled`) or in the trash (`order_in_trash`), be it by a move or from
// the trash, nor more than is due (`exceeds_due`).
#pragma once

#include "crm/rules/rules.h"

namespace kontor::crm {

extern const Rules order_rules;

// Fills the amounts of an order from its lines; errors with pointers for what does not compute.
void compute_totals(model::Record& order, std::vector<FieldError>& errors);

// What the payments of a stored order make of its present total.
std::string payment_status_of(store::ReadTx& tx, const model::Record& order);

// Recomputes paid, due and payment_status of an order from its payments and saves it.
Result<void> settle(const Scope& scope, std::int64_t order_row_id);

}  // namespace kontor::crm
