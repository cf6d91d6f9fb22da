#include "crm/imports/dialects/known_headers.h"

#include <string>

#include "base/fold.h"

namespace kontor::crm {
namespace {

// One header a program writes, by the program whose files are the usual source of it.
struct KnownHeader {
  std::string_view vendor, collection, target, header;
};

// clang-format off
constexpr KnownHeader k_known[] = {
    // HubSpot: companies and contacts are tied by the firm's domain.
    {"hubspot", "customers", "external_id", "Company Domain Name"},
    {"hubspot", "customers", "external_id", "domain"},
    {"hubspot", "contacts", "customer_id", "Company Domain Name"},
    {"hubspot", "contacts", "customer_id", "Associated Company IDs"},
    {"hubspot", "contacts", "customer_id", "Associated Company"},
    {"hubspot", "contacts", "first_name", "Contact First Name"},
    {"hubspot", "contacts", "last_name", "Contact Last Name"},
    {"hubspot", "contacts", "email", "Contact Email"},
    {"hubspot", "contacts", "phone", "Contact Phone"},
    // Salesforce: names of its API, and of files made for it.
    {"salesforce", "customers", "external_id", "External_ID__c"},
    {"salesforce", "customers", "external_id", "Account Id"},
    {"salesforce", "contacts", "external_id", "External_ID__c"},
    {"salesforce", "contacts", "customer_id", "Account_External_ID__c"},
    {"salesforce", "contacts", "customer_id", "AccountId"},
    {"salesforce", "customers", "external_id", "Account_External_ID__c"},
    {"salesforce", "customers", "is_deleted", "IsDeleted"},
    {"salesforce", "contacts", "external_id", "Contact_External_ID__c"},
    {"salesforce", "contacts", "is_deleted", "IsDeleted"},
    {"salesforce", "products", "is_deleted", "IsDeleted"},
    {"salesforce", "products", "external_id", "External_ID__c"},
    {"salesforce", "products", "sku", "ProductCode"},
    // Pipedrive
    {"pipedrive", "customers", "name", "Organization - Name"},
    {"pipedrive", "customers", "external_id", "Organization - Pipedrive System ID"},
    {"pipedrive", "customers", "address.street", "Organization - Address"},
    {"pipedrive", "contacts", "full_name", "Person - Name"},
    {"pipedrive", "contacts", "first_name", "Person - First name"},
    {"pipedrive", "contacts", "last_name", "Person - Last name"},
    {"pipedrive", "contacts", "email", "Person - Email - Work"},
    {"pipedrive", "contacts", "email", "Person - Email"},
    {"pipedrive", "contacts", "phone", "Person - Phone - Work"},
    {"pipedrive", "contacts", "phone", "Person - Phone"},
    {"pipedrive", "contacts", "customer_id", "Person - Organization"},
    {"pipedrive", "contacts", "external_id", "Person - Pipedrive System ID"},
    {"pipedrive", "products", "name", "Product - Name"},
    {"pipedrive", "products", "sku", "Product - Product code"},
    {"pipedrive", "products", "price", "Product - Price"},
    {"pipedrive", "products", "unit", "Product - Unit"},
    // EspoCRM
    {"espocrm", "customers", "address.street", "billingAddressStreet"},
    {"espocrm", "customers", "address.city", "billingAddressCity"},
    {"espocrm", "customers", "address.state", "billingAddressState"},
    {"espocrm", "customers", "address.postal_code", "billingAddressPostalCode"},
    {"espocrm", "customers", "address.country", "billingAddressCountry"},
    {"espocrm", "contacts", "customer_id", "accountName"},
    // Twenty
    {"twenty", "customers", "external_id", "Domain / Domain URL"},
    {"twenty", "contacts", "first_name", "Name / First Name"},
    {"twenty", "contacts", "last_name", "Name / Last Name"},
    {"twenty", "contacts", "email", "Emails / Primary Email"},
    {"twenty", "contacts", "phone", "Phones / Primary Phone Number"},
    {"twenty", "contacts", "customer_id", "Company Id"},
    {"twenty", "contacts", "customer_id", "Company / Name"},
    // Odoo
    {"odoo", "products", "sku", "Internal Reference"},
    {"odoo", "products", "price", "Sales Price"},
    {"odoo", "products", "stock_on_hand", "Quantity On Hand"},
    {"odoo", "customers", "tax_id", "Tax ID"},
    {"odoo", "customers", "address.street", "Street"},
    // Shopify
    {"shopify", "customers", "address.street", "Default Address Address1"},
    {"shopify", "customers", "address.city", "Default Address City"},
    {"shopify", "customers", "address.state", "Default Address Province Code"},
    {"shopify", "customers", "address.country", "Default Address Country Code"},
    {"shopify", "customers", "address.postal_code", "Default Address Zip"},
    {"shopify", "customers", "company_name", "Default Address Company"},
    {"shopify", "products", "sku", "Variant SKU"},
    {"shopify", "products", "price", "Variant Price"},
    {"shopify", "products", "stock_on_hand", "Variant Inventory Qty"},
    {"shopify", "products", "cost", "Cost per item"},
    {"shopify", "products", "description", "Body (HTML)"},
    {"shopify", "orders", "line.sku", "Lineitem sku"},
    {"shopify", "orders", "line.name", "Lineitem name"},
    {"shopify", "orders", "line.quantity", "Lineitem quantity"},
    {"shopify", "orders", "line.unit_price", "Lineitem price"},
    // Google Contacts and Outlook
    {"google", "contacts", "email", "E-mail 1 - Value"},
    {"google", "contacts", "phone", "Phone 1 - Value"},
    {"google", "contacts", "customer_id", "Organization Name"},
    {"google", "contacts", "customer_id", "Organization 1 - Name"},
    {"google", "contacts", "job_title", "Organization Title"},
    {"google", "contacts", "job_title", "Organization 1 - Title"},
    {"outlook", "contacts", "phone", "Business Phone"},
    {"outlook", "contacts", "phone", "Mobile Phone"},
    {"outlook", "contacts", "email", "E-mail Address"},
    // vCard, as the reader of cards names its columns
    {"vcard", "contacts", "external_id", "UID"},
    {"vcard", "customers", "external_id", "UID"},
    // Vietnamese
    {"", "customers", "external_id", "Mã khách hàng"},
    {"", "customers", "name", "Tên khách hàng"},
    {"", "customers", "name", "Tên công ty"},
    {"", "customers", "name", "Khách hàng"},
    {"", "customers", "email", "Thư điện tử"},
    {"", "customers", "phone", "Điện thoại"},
    {"", "customers", "phone", "Số điện thoại"},
    {"", "customers", "tax_id", "Mã số thuế"},
    {"", "customers", "address.street", "Địa chỉ"},
    {"", "customers", "address.city", "Thành phố"},
    {"", "customers", "address.city", "Tỉnh/Thành phố"},
    {"", "customers", "address.country", "Quốc gia"},
    {"", "customers", "notes", "Ghi chú"},
    {"", "contacts", "full_name", "Họ tên"},
    {"", "contacts", "full_name", "Họ và tên"},
    {"", "contacts", "last_name", "Họ"},
    {"", "contacts", "first_name", "Tên"},
    {"", "contacts", "phone", "Điện thoại"},
    {"", "contacts", "phone", "Số điện thoại"},
    {"", "contacts", "job_title", "Chức vụ"},
    {"", "contacts", "birthday", "Ngày sinh"},
    {"", "contacts", "customer_id", "Công ty"},
    {"", "products", "sku", "Mã hàng"},
    {"", "products", "sku", "Mã sản phẩm"},
    {"", "products", "name", "Tên hàng"},
    {"", "products", "name", "Tên sản phẩm"},
    {"", "products", "price", "Giá bán"},
    {"", "products", "price", "Đơn giá"},
    {"", "products", "cost", "Giá vốn"},
    {"", "products", "unit", "Đơn vị tính"},
    {"", "products", "stock_on_hand", "Tồn kho"},
    {"", "products", "category", "Nhóm hàng"},
    {"", "products", "description", "Mô tả"},
    {"", "orders", "external_id", "Mã đơn hàng"},
    {"", "orders", "order_date", "Ngày đặt hàng"},
    {"", "orders", "customer_id", "Khách hàng"},
    {"", "orders", "line.sku", "Mã hàng"},
    {"", "orders", "line.name", "Tên hàng"},
    {"", "orders", "line.quantity", "Số lượng"},
    {"", "orders", "line.unit_price", "Đơn giá"},
};
// clang-format on

}  // namespace

std::string plain_header(std::string_view header) {
  std::string folded = fold_search(header);
  std::erase(folded, ' ');
  return folded;
}

KnownTarget known_header(std::string_view collection, std::string_view header) {
  const std::string name = plain_header(header);
  for (const KnownHeader& known : k_known) {
    const bool fits = known.collection == collection ||
                      (collection == "line" && known.target.starts_with("line."));
    if (fits && plain_header(known.header) == name) return {known.target, known.vendor};
  }
  return {};
}

bool is_second_choice(std::string_view header) {
  // WooCommerce writes both before the columns that say more.
  const std::string name = plain_header(header);
  return name == "saleprice" || name == "type";
}

}  // namespace kontor::crm
