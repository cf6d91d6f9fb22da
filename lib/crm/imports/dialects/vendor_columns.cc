#include "crm/imports/dialects/vendor_columns.h"

#include <algorithm>

#include "crm/imports/dialects/known_headers.h"

namespace kontor::crm {
namespace {

constexpr WordPair k_hubspot_stages[] = {
    {"subscriber", "lead"},
    {"lead", "lead"},
    {"marketingqualifiedlead", "lead"},
    {"marketing qualified lead", "lead"},
    {"salesqualifiedlead", "prospect"},
    {"sales qualified lead", "prospect"},
    {"opportunity", "prospect"},
    {"customer", "customer"},
    {"evangelist", "customer"},
    {"other", "lead"},
};

constexpr WordPair k_shopify_fulfilment[] = {
    {"fulfilled", "fulfilled"},         {"partial", "partial"},    {"unfulfilled", "unfulfilled"},
    {"pending", "unfulfilled"},         {"restocked", "returned"}, {"unshipped", "unfulfilled"},
    {"partially fulfilled", "partial"},
};

constexpr WordPair k_shopify_products[] = {
    {"active", "active"}, {"draft", "archived"}, {"archived", "archived"}};

// 0 is a draft, -1 private: neither is for sale.
constexpr WordPair k_published[] = {{"1", "active"}, {"0", "archived"}, {"-1", "archived"}};

constexpr WordPair k_woo_states[] = {
    {"completed", "completed"},   {"wc-completed", "completed"},
    {"processing", "processing"}, {"wc-processing", "processing"},
    {"on hold", "on_hold"},       {"on-hold", "on_hold"},
    {"wc-on-hold", "on_hold"},    {"pending", "draft"},
    {"pending payment", "draft"}, {"wc-pending", "draft"},
    {"cancelled", "cancelled"},   {"wc-cancelled", "cancelled"},
    {"failed", "cancelled"},      {"wc-failed", "cancelled"},
    {"refunded", "completed"},    {"wc-refunded", "completed"},
    {"draft", "draft"},           {"checkout-draft", "draft"},
};

// clang-format off
constexpr VendorColumn k_columns[] = {
    {"hubspot", "customers", "Lifecycle Stage", "lifecycle", k_hubspot_stages},
    // "123;456 (Primary)": the first is the one that counts where none says so.
    {"hubspot", "contacts", "Associated Company IDs", "customer_id", {}, "", ";"},
    {"hubspot", "contacts", "Company Name", "", {}, "", "", "Company Domain Name"},
    // One file of accounts, people and deals: what is the person's is not the firm's.
    {"salesforce", "customers", "Email", "", {}, "", "", "Contact_External_ID__c"},
    {"salesforce", "customers", "Phone", "", {}, "", "", "Contact_External_ID__c"},
    {"salesforce", "customers", "FirstName", "", {}, "", "", "Contact_External_ID__c"},
    {"salesforce", "customers", "LastName", "", {}, "", "", "Contact_External_ID__c"},
    {"salesforce", "customers", "Account_Name", "name"},
    // Shopify guards its ids with an apostrophe against spreadsheets.
    {"shopify", "customers", "Customer ID", "external_id", {}, "'"},
    {"shopify", "customers", "Default Address Company", "company_name"},
    {"shopify", "customers", "Company", "company_name"},
    {"shopify", "products", "Status", "status", k_shopify_products},
    {"shopify", "products", "Handle", ""},
    {"shopify", "orders", "Name", "external_id"},
    {"shopify", "orders", "Id", ""},
    {"shopify", "orders", "Email", "customer_id"},
    {"shopify", "orders", "Billing Name", "customer_name"},
    {"shopify", "orders", "Billing Company", "customer_company"},
    {"shopify", "orders", "Billing Phone", "customer_phone", {}, "'"},
    {"shopify", "orders", "Created at", "order_date"},
    {"shopify", "orders", "Cancelled at", "cancelled_date"},
    {"shopify", "orders", "Fulfillment Status", "fulfilment_status", k_shopify_fulfilment},
    {"shopify", "orders", "Taxes", "stated_tax"},
    {"shopify", "orders", "Total", "stated_total"},
    {"shopify", "orders", "Lineitem taxable", "line.taxable"},
    {"shopify", "orders", "Source", "channel"},
    {"woocommerce", "products", "Published", "status", k_published},
    {"woocommerce", "orders", "Order Status", "status", k_woo_states},
    {"woocommerce", "orders", "Status", "status", k_woo_states},
    {"woocommerce", "orders", "Email (Billing)", "customer_id"},
    {"woocommerce", "orders", "Billing Email", "customer_id"},
    {"woocommerce", "orders", "Billing Email Address", "customer_id"},
    // A number of the shop's own: guests have none, and the file of customers need not be here.
    {"woocommerce", "orders", "Customer ID", "", {}, "", "", "Billing Email"},
    {"woocommerce", "orders", "First Name (Billing)", "customer_first_name"},
    {"woocommerce", "orders", "Last Name (Billing)", "customer_last_name"},
    {"woocommerce", "orders", "Company (Billing)", "customer_company"},
    {"woocommerce", "orders", "Phone (Billing)", "customer_phone"},
    {"woocommerce", "orders", "Billing First Name", "customer_first_name"},
    {"woocommerce", "orders", "Billing Last Name", "customer_last_name"},
    {"woocommerce", "orders", "Billing Company", "customer_company"},
    {"woocommerce", "orders", "Billing Phone", "customer_phone"},
    {"woocommerce", "orders", "Cart Discount Amount", "discount"},
    {"woocommerce", "orders", "Discount Total", "discount"},
    {"woocommerce", "orders", "Order Discount", "discount"},
    // Of one coupon, and a part of the cart's discount.
    {"woocommerce", "orders", "Discount Amount", "", {}, "", "", "Cart Discount Amount"},
    {"woocommerce", "orders", "Order Shipping Amount", "shipping"},
    {"woocommerce", "orders", "Shipping Total", "shipping"},
    {"woocommerce", "orders", "Order Shipping", "shipping"},
    {"woocommerce", "orders", "Order Total Tax Amount", "stated_tax"},
    {"woocommerce", "orders", "Tax Total", "stated_tax"},
    {"woocommerce", "orders", "Order Tax", "stated_tax"},
    {"woocommerce", "orders", "Order Total Amount", "stated_total"},
    {"woocommerce", "orders", "Order Total", "stated_total"},
    {"woocommerce", "orders", "Order Currency", "currency"},
    {"woocommerce", "orders", "Customer Note", "notes"},
    {"woocommerce", "orders", "Quantity (- Refund)", "line.quantity"},
    {"woocommerce", "orders", "Item Cost", "line.unit_price"},
};
// clang-format on

}  // namespace

const VendorColumn* vendor_column(std::string_view vendor, std::string_view collection,
                                  std::string_view header, const std::vector<std::string>& all) {
  const std::string name = plain_header(header);
  const auto has = [&](std::string_view other) {
    return std::any_of(all.begin(), all.end(), [&](const std::string& one) {
      return plain_header(one) == plain_header(other);
    });
  };
  for (const VendorColumn& column : k_columns) {
    if (column.vendor != vendor || column.collection != collection) continue;
    if (plain_header(column.header) != name) continue;
    if (column.beside.empty() || has(column.beside)) return &column;
  }
  return nullptr;
}

}  // namespace kontor::crm
