#include "model/entities/order.h"

namespace kontor::model {
namespace {

constexpr std::string_view states[] = {"draft", "confirmed", "processing", "completed", "on_hold", "cancelled"};
constexpr std::string_view payment_states[] = {"unpaid", "authorized", "partially_paid", "paid",
                                               "partially_refunded", "refunded", "failed"};
constexpr std::string_view fulfilment_states[] = {"unfulfilled", "partial", "fulfilled", "returned"};
constexpr std::string_view number_aliases[] = {"order number", "order no", "order id", "orderid"};
constexpr std::string_view customer_aliases[] = {"customer", "customerid", "customer id"};
constexpr std::string_view date_aliases[] = {"order date", "orderdate", "date", "created at"};
constexpr std::string_view shipping_aliases[] = {"freight", "shipping cost", "shipping amount"};
constexpr std::string_view notes_aliases[] = {"note", "comment"};
constexpr std::string_view discount_aliases[] = {"discount amount"};

constexpr auto fields = with_common(std::to_array<Field>({
    {.name = "number", .label = "Number", .kind = Kind::code, .write = Write::never, .unique = true, .search = true, .sort = true, .max = 40, .aliases = number_aliases},
    {.name = "customer_id", .label = "Customer", .kind = Kind::reference, .required = true, .target = "customers", .aliases = customer_aliases},
    {.name = "status", .label = "Status", .kind = Kind::choice, .write = Write::never, .required = true, .choices = states, .fallback = "draft"},
    {.name = "payment_status", .label = "Payment", .kind = Kind::choice, .write = Write::never, .required = true, .choices = payment_states, .fallback = "unpaid"},
    {.name = "fulfilment_status", .label = "Fulfilment", .kind = Kind::choice, .write = Write::never, .required = true, .choices = fulfilment_states, .fallback = "unfulfilled"},
    {.name = "currency", .label = "Currency", .kind = Kind::currency, .required = true},
    {.name = "order_date", .label = "Order date", .kind = Kind::date, .required = true, .sort = true, .aliases = date_aliases},
    {.name = "subtotal", .label = "Subtotal", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "discount", .label = "Discount", .kind = Kind::money, .required = true, .fallback = "0", .aliases = discount_aliases},
    {.name = "net", .label = "Net", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "tax", .label = "Tax", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "shipping", .label = "Shipping", .kind = Kind::money, .required = true, .fallback = "0", .aliases = shipping_aliases},
    {.name = "total", .label = "Total", .kind = Kind::money, .write = Write::never, .required = true, .sort = true, .fallback = "0"},
    {.name = "paid", .label = "Paid", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "due", .label = "Due", .kind = Kind::money, .write = Write::never, .required = true, .sort = true, .fallback = "0"},
    {.name = "notes", .label = "Notes", .kind = Kind::long_text, .personal = true, .max = 10'000, .aliases = notes_aliases},
    {.name = "channel", .label = "Channel", .search = true, .max = 60},
    {.name = "confirmed_at", .label = "Confirmed at", .kind = Kind::instant, .write = Write::never},
    {.name = "confirmed_on", .label = "Confirmed on", .kind = Kind::date, .write = Write::never},
    {.name = "held_from", .label = "Held from", .kind = Kind::choice, .write = Write::never, .choices = states},
}));

constexpr auto line_fields = std::to_array<Field>({
    {.name = "product_id", .label = "Product", .kind = Kind::reference, .target = "products"},
    {.name = "sku", .label = "SKU", .kind = Kind::code, .max = 64},
    {.name = "name", .label = "Name", .required = true},
    {.name = "quantity", .label = "Quantity", .kind = Kind::quantity, .required = true, .fallback = "1"},
    {.name = "unit_price", .label = "Unit price", .kind = Kind::unit_price, .required = true},
    {.name = "discount", .label = "Discount", .kind = Kind::rate, .required = true, .fallback = "0"},
    {.name = "tax_rate", .label = "Tax rate", .kind = Kind::rate, .required = true},
    {.name = "cost", .label = "Cost", .kind = Kind::unit_price, .write = Write::never, .cost = true},
    {.name = "line_total", .label = "Line total", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "discount_share", .label = "Share of the order's discount", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "reserved", .label = "Reserved", .kind = Kind::quantity, .write = Write::never, .required = true, .fallback = "0"},
});

constexpr Move moves[] = {
    {.action = "confirm", .from = "draft", .to = "confirmed", .label = "Confirm"},
    {.action = "process", .from = "confirmed", .to = "processing", .label = "Start processing"},
    {.action = "complete", .from = "confirmed", .to = "completed", .label = "Complete"},
    {.action = "complete", .from = "processing", .to = "completed", .label = "Complete"},
    {.action = "hold", .from = "draft", .to = "on_hold", .label = "Put on hold"},
    {.action = "hold", .from = "confirmed", .to = "on_hold", .label = "Put on hold"},
    {.action = "hold", .from = "processing", .to = "on_hold", .label = "Put on hold"},
    // Where a held order goes back to is remembered in held_from; the rule sets it.
    {.action = "resume", .from = "on_hold", .to = "draft", .label = "Resume"},
    {.action = "cancel", .from = "draft", .to = "cancelled", .label = "Cancel"},
    {.action = "cancel", .from = "confirmed", .to = "cancelled", .label = "Cancel"},
    {.action = "cancel", .from = "processing", .to = "cancelled", .label = "Cancel"},
    {.action = "cancel", .from = "on_hold", .to = "cancelled", .label = "Cancel"},
};

}  // namespace

constinit const Entity order_line{.name = "order_line",
                                  .collection = "order_lines",
                                  .label = "Order line",
                                  .label_plural = "Order lines",
                                  .fields = line_fields};

constinit const Entity order{.name = "order",
                             .collection = "orders",
                             .label = "Order",
                             .label_plural = "Orders",
                             .fields = fields,
                             .moves = moves,
                             .lines = &order_line,
                             .title = "number"};

namespace order_field {
constinit const std::size_t number = index_of(fields, "number");
constinit const std::size_t customer_id = index_of(fields, "customer_id");
constinit const std::size_t status = index_of(fields, "status");
constinit const std::size_t payment_status = index_of(fields, "payment_status");
constinit const std::size_t fulfilment_status = index_of(fields, "fulfilment_status");
constinit const std::size_t currency = index_of(fields, "currency");
constinit const std::size_t order_date = index_of(fields, "order_date");
constinit const std::size_t subtotal = index_of(fields, "subtotal");
constinit const std::size_t discount = index_of(fields, "discount");
constinit const std::size_t net = index_of(fields, "net");
constinit const std::size_t tax = index_of(fields, "tax");
constinit const std::size_t shipping = index_of(fields, "shipping");
constinit const std::size_t total = index_of(fields, "total");
constinit const std::size_t paid = index_of(fields, "paid");
constinit const std::size_t due = index_of(fields, "due");
constinit const std::size_t confirmed_at = index_of(fields, "confirmed_at");
constinit const std::size_t confirmed_on = index_of(fields, "confirmed_on");
constinit const std::size_t held_from = index_of(fields, "held_from");
}  // namespace order_field

namespace line_field {
constinit const std::size_t product_id = index_of(line_fields, "product_id");
constinit const std::size_t sku = index_of(line_fields, "sku");
constinit const std::size_t name = index_of(line_fields, "name");
constinit const std::size_t quantity = index_of(line_fields, "quantity");
constinit const std::size_t unit_price = index_of(line_fields, "unit_price");
constinit const std::size_t discount = index_of(line_fields, "discount");
constinit const std::size_t tax_rate = index_of(line_fields, "tax_rate");
constinit const std::size_t cost = index_of(line_fields, "cost");
constinit const std::size_t line_total = index_of(line_fields, "line_total");
constinit const std::size_t discount_share = index_of(line_fields, "discount_share");
constinit const std::size_t reserved = index_of(line_fields, "reserved");
}  // namespace line_field

}  // namespace kontor::model
