// What a file may hold beside the fields of its entity, and the headers by which it is known.
#include "crm/imports/mapping.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using Names = std::string_view;

constexpr Names customer_ids[] = {"customer id", "id", "record id", "customer number"};
constexpr Names contact_names[] = {"contact name", "contact person"};
constexpr Names contact_titles[] = {"contact title"};
constexpr Names first_names[] = {"first name", "given name"};
constexpr Names last_names[] = {"last name", "family name", "surname"};
constexpr ImportTarget customer_targets[] = {
    {"external_id", customer_ids},     {"contact_name", contact_names},
    {"contact_title", contact_titles}, {"first_name", first_names},
    {"last_name", last_names},         {"is_deleted", {}},
};

constexpr Names contact_ids[] = {"contact id", "id", "record id"};
constexpr Names contact_customers[] = {"customer", "customer id", "company", "company name",
                                       "account name"};
constexpr Names full_names[] = {"name", "full name", "contact name"};
constexpr ImportTarget contact_targets[] = {
    {"external_id", contact_ids},
    {"customer_id", contact_customers},
    {"full_name", full_names},
    {"is_deleted", {}},
};

constexpr Names product_ids[] = {"product id", "id", "record id"};
constexpr Names discontinued[] = {"discontinued", "is discontinued"};
constexpr ImportTarget product_targets[] = {
    {"external_id", product_ids},
    {"discontinued", discontinued},
    {"is_deleted", {}},
};

constexpr Names order_ids[] = {"order id", "id", "record id", "number", "order number", "order no"};
constexpr Names shipped[] = {"shipped date", "fulfilled at", "date shipped"};
constexpr Names cancelled[] = {"cancelled at", "canceled at", "cancelled date"};
constexpr Names order_customers[] = {"customer name"};
constexpr Names line_products[] = {"product id", "product", "line item product"};
constexpr Names line_skus[] = {"sku", "line item sku", "item sku"};
constexpr Names line_names[] = {"product name", "item name", "line item name"};
constexpr Names line_quantities[] = {"quantity", "qty", "line item quantity", "item quantity"};
constexpr Names line_prices[] = {"unit price", "price", "line item price", "item price"};
constexpr Names line_discounts[] = {"line discount", "line discount rate"};
constexpr Names lone_discounts[] = {"discount", "line discount", "discount rate"};
constexpr Names line_taxes[] = {"tax rate", "line tax rate", "vat rate"};
constexpr ImportTarget order_targets[] = {
    {"external_id", order_ids},
    {"shipped_date", shipped},
    {"line.product_id", line_products},
    {"line.sku", line_skus},
    {"line.name", line_names},
    {"line.quantity", line_quantities},
    {"line.unit_price", line_prices},
    {"line.discount", line_discounts},
    {"line.tax_rate", line_taxes},
    {"line.taxable", {}},
    {"cancelled_date", cancelled},
    {"customer_name", order_customers},
    {"customer_first_name", {}},
    {"customer_last_name", {}},
    {"customer_company", {}},
    {"customer_phone", {}},
    {"stated_tax", {}},
    {"stated_total", {}},
};

constexpr Names payment_ids[] = {"payment id", "id", "record id"};
constexpr Names payment_orders[] = {"order", "order id", "order number", "order no"};
constexpr Names refunds[] = {"refunded amount", "amount refunded"};
constexpr ImportTarget payment_targets[] = {
    {"external_id", payment_ids},
    {"order_id", payment_orders},
    {"refunded", refunds},
};
// In a file of lines a discount can only be the line's.
constexpr ImportTarget lone_line_targets[] = {
    {"external_id", order_ids},
    {"line.product_id", line_products},
    {"line.sku", line_skus},
    {"line.name", line_names},
    {"line.quantity", line_quantities},
    {"line.unit_price", line_prices},
    {"line.discount", lone_discounts},
    {"line.tax_rate", line_taxes},
};

}  // namespace

std::span<const ImportTarget> import_targets(const model::Entity& entity) {
  if (&entity == &model::customer) return customer_targets;
  if (&entity == &model::contact) return contact_targets;
  if (&entity == &model::product) return product_targets;
  if (&entity == &model::order) return order_targets;
  if (&entity == &model::payment) return payment_targets;
  return {};
}

std::span<const ImportTarget> line_targets() { return lone_line_targets; }

}  // namespace kontor::crm
