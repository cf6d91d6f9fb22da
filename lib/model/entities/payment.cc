#include "model/entities/payment.h"

namespace kontor::model {
namespace {

constexpr std::string_view methods[] = {"cash", "card", "bank_transfer", "cod", "wallet", "other"};
constexpr std::string_view states[] = {"pending", "authorized", "succeeded", "partially_refunded",
                                       "refunded", "failed", "cancelled"};
constexpr std::string_view reference_aliases[] = {"transaction id", "transaction reference", "payment reference"};

constexpr auto fields = with_common(std::to_array<Field>({
    {.name = "order_id", .label = "Order", .kind = Kind::reference, .write = Write::on_create, .required = true, .target = "orders"},
    {.name = "method", .label = "Method", .kind = Kind::choice, .required = true, .choices = methods, .fallback = "other"},
    {.name = "amount", .label = "Amount", .kind = Kind::money, .required = true, .sort = true},
    {.name = "refunded", .label = "Refunded", .kind = Kind::money, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "currency", .label = "Currency", .kind = Kind::currency, .write = Write::on_create, .required = true},
    {.name = "status", .label = "Status", .kind = Kind::choice, .write = Write::on_create, .required = true, .choices = states, .fallback = "succeeded"},
    {.name = "reference", .label = "Reference", .kind = Kind::code, .search = true, .max = 120, .aliases = reference_aliases},
    {.name = "paid_at", .label = "Paid at", .kind = Kind::instant},
}));

constexpr Move moves[] = {
    {.action = "authorize", .from = "pending", .to = "authorized", .label = "Authorize"},
    {.action = "succeed", .from = "pending", .to = "succeeded", .label = "Mark as received"},
    {.action = "succeed", .from = "authorized", .to = "succeeded", .label = "Capture"},
    {.action = "fail", .from = "pending", .to = "failed", .label = "Mark as failed"},
    {.action = "fail", .from = "authorized", .to = "failed", .label = "Mark as failed"},
    {.action = "cancel", .from = "pending", .to = "cancelled", .label = "Cancel"},
    {.action = "cancel", .from = "authorized", .to = "cancelled", .label = "Cancel"},
    // A part of the amount leaves the payment partially_refunded; the rule decides.
    {.action = "refund", .from = "succeeded", .to = "refunded", .label = "Refund"},
    {.action = "refund", .from = "partially_refunded", .to = "refunded", .label = "Refund"},
};

}  // namespace

constinit const Entity payment{.name = "payment",
                               .collection = "payments",
                               .label = "Payment",
                               .label_plural = "Payments",
                               .fields = fields,
                               .moves = moves,
                               .title = "reference",
                               .parent = "order_id"};

namespace payment_field {
constinit const std::size_t order_id = index_of(fields, "order_id");
constinit const std::size_t method = index_of(fields, "method");
constinit const std::size_t amount = index_of(fields, "amount");
constinit const std::size_t refunded = index_of(fields, "refunded");
constinit const std::size_t currency = index_of(fields, "currency");
constinit const std::size_t status = index_of(fields, "status");
constinit const std::size_t paid_at = index_of(fields, "paid_at");
}  // namespace payment_field

}  // namespace kontor::model
