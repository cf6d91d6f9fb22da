#include "crm/imports/dialects/known_headers.h"

#include <string>

#include "base/fold.h"

namespace kontor::crm {
namespace {

// One header a program writes, by the program whose files are the usual source of it.
struct KnownHeader {
  std::string_view collection, target, header;
};

// clang-format off
constexpr KnownHeader k_known[] = {
    // HubSpot: companies and contacts are tied by the firm's domain.
    {"customers", "external_id", "Company Domain Name"},
    {"customers", "external_id", "domain"},
    {"contacts", "customer_id", "Company Domain Name"},
    {"contacts", "customer_id", "Associated Company IDs"},
    {"contacts", "customer_id", "Associated Company"},
    // Salesforce: names of its API, and of files made for it.
    {"customers", "external_id", "External_ID__c"},
    {"customers", "external_id", "Account Id"},
    {"contacts", "external_id", "External_ID__c"},
    {"contacts", "customer_id", "Account_External_ID__c"},
    {"contacts", "customer_id", "AccountId"},
    {"products", "external_id", "External_ID__c"},
    {"products", "sku", "ProductCode"},
    // Pipedrive
    {"customers", "name", "Organization - Name"},
    {"customers", "external_id", "Organization - Pipedrive System ID"},
    {"customers", "address.street", "Organization - Address"},
    {"contacts", "full_name", "Person - Name"},
    {"contacts", "first_name", "Person - First name"},
    {"contacts", "last_name", "Person - Last name"},
    {"contacts", "email", "Person - Email - Work"},
    {"contacts", "email", "Person - Email"},
    {"contacts", "phone", "Person - Phone - Work"},
    {"contacts", "phone", "Person - Phone"},
    {"contacts", "customer_id", "Person - Organization"},
    {"contacts", "external_id", "Person - Pipedrive System ID"},
    {"products", "name", "Product - Name"},
    {"products", "sku", "Product - Product code"},
    {"products", "price", "Product - Price"},
    {"products", "unit", "Product - Unit"},
    // EspoCRM
    {"customers", "address.street", "billingAddressStreet"},
    {"customers", "address.city", "billingAddressCity"},
    {"customers", "address.state", "billingAddressState"},
    {"customers", "address.postal_code", "billingAddressPostalCode"},
    {"customers", "address.country", "billingAddressCountry"},
    {"contacts", "customer_id", "accountName"},
    // Twenty
    {"customers", "external_id", "Domain / Domain URL"},
    {"contacts", "first_name", "Name / First Name"},
    {"contacts", "last_name", "Name / Last Name"},
    {"contacts", "email", "Emails / Primary Email"},
    {"contacts", "phone", "Phones / Primary Phone Number"},
    {"contacts", "customer_id", "Company Id"},
    {"contacts", "customer_id", "Company / Name"},
    // Odoo
    {"products", "sku", "Internal Reference"},
    {"products", "price", "Sales Price"},
    {"products", "stock_on_hand", "Quantity On Hand"},
    {"customers", "tax_id", "Tax ID"},
    {"customers", "address.street", "Street"},
    // Shopify
    {"customers", "address.street", "Default Address Address1"},
    {"customers", "address.city", "Default Address City"},
    {"customers", "address.state", "Default Address Province Code"},
    {"customers", "address.country", "Default Address Country Code"},
    {"customers", "address.postal_code", "Default Address Zip"},
    {"customers", "company_name", "Default Address Company"},
    {"products", "sku", "Variant SKU"},
    {"products", "price", "Variant Price"},
    {"products", "stock_on_hand", "Variant Inventory Qty"},
    {"products", "cost", "Cost per item"},
    {"products", "description", "Body (HTML)"},
    {"orders", "line.sku", "Lineitem sku"},
    {"orders", "line.name", "Lineitem name"},
    {"orders", "line.quantity", "Lineitem quantity"},
    {"orders", "line.unit_price", "Lineitem price"},
    // Google Contacts and Outlook
    {"contacts", "email", "E-mail 1 - Value"},
    {"contacts", "phone", "Phone 1 - Value"},
    {"contacts", "customer_id", "Organization Name"},
    {"contacts", "customer_id", "Organization 1 - Name"},
    {"contacts", "job_title", "Organization Title"},
    {"contacts", "job_title", "Organization 1 - Title"},
    {"contacts", "phone", "Business Phone"},
    {"contacts", "phone", "Mobile Phone"},
    {"contacts", "email", "E-mail Address"},
    // vCard, as the reader of cards names its columns
    {"contacts", "external_id", "UID"},
    {"customers", "external_id", "UID"},
    // Vietnamese
    {"customers", "external_id", "Mã khách hàng"},
    {"customers", "name", "Tên khách hàng"},
    {"customers", "name", "Tên công ty"},
    {"customers", "name", "Khách hàng"},
    {"customers", "email", "Thư điện tử"},
    {"customers", "phone", "Điện thoại"},
    {"customers", "phone", "Số điện thoại"},
    {"customers", "tax_id", "Mã số thuế"},
    {"customers", "address.street", "Địa chỉ"},
    {"customers", "address.city", "Thành phố"},
    {"customers", "address.city", "Tỉnh/Thành phố"},
    {"customers", "address.country", "Quốc gia"},
    {"customers", "notes", "Ghi chú"},
    {"contacts", "full_name", "Họ tên"},
    {"contacts", "full_name", "Họ và tên"},
    {"contacts", "last_name", "Họ"},
    {"contacts", "first_name", "Tên"},
    {"contacts", "phone", "Điện thoại"},
    {"contacts", "phone", "Số điện thoại"},
    {"contacts", "job_title", "Chức vụ"},
    {"contacts", "birthday", "Ngày sinh"},
    {"contacts", "customer_id", "Công ty"},
    {"products", "sku", "Mã hàng"},
    {"products", "sku", "Mã sản phẩm"},
    {"products", "name", "Tên hàng"},
    {"products", "name", "Tên sản phẩm"},
    {"products", "price", "Giá bán"},
    {"products", "price", "Đơn giá"},
    {"products", "cost", "Giá vốn"},
    {"products", "unit", "Đơn vị tính"},
    {"products", "stock_on_hand", "Tồn kho"},
    {"products", "category", "Nhóm hàng"},
    {"products", "description", "Mô tả"},
    {"orders", "external_id", "Mã đơn hàng"},
    {"orders", "order_date", "Ngày đặt hàng"},
    {"orders", "customer_id", "Khách hàng"},
    {"orders", "line.sku", "Mã hàng"},
    {"orders", "line.name", "Tên hàng"},
    {"orders", "line.quantity", "Số lượng"},
    {"orders", "line.unit_price", "Đơn giá"},
};
// clang-format on

}  // namespace

std::string plain_header(std::string_view header) {
  std::string folded = fold_search(header);
  std::erase(folded, ' ');
  return folded;
}

std::string_view known_header(std::string_view collection, std::string_view header) {
  const std::string name = plain_header(header);
  for (const KnownHeader& known : k_known) {
    const bool fits = known.collection == collection ||
                      (collection == "line" && known.target.starts_with("line."));
    if (fits && plain_header(known.header) == name) return known.target;
  }
  return {};
}

bool is_second_choice(std::string_view header) {
  // WooCommerce writes both before the columns that say more.
  const std::string name = plain_header(header);
  return name == "saleprice" || name == "type";
}

}  // namespace kontor::crm
