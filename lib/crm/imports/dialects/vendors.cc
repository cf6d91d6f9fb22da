#include "crm/imports/dialects/vendors.h"

#include <algorithm>
#include <array>

#include "base/fold.h"

namespace kontor::crm {
namespace {

struct Vendor {
  std::string_view id, label;
};

constexpr auto k_vendors = std::to_array<Vendor>({
    {"espocrm", "EspoCRM"},
    {"google", "Google Contacts"},
    {"hubspot", "HubSpot"},
    {"kontor", "Kontor"},
    {"odoo", "Odoo"},
    {"outlook", "Outlook"},
    {"pipedrive", "Pipedrive"},
    {"salesforce", "Salesforce"},
    {"shopify", "Shopify"},
    {"twenty", "Twenty"},
    {"vcard", "vCard"},
    {"woocommerce", "WooCommerce"},
});

// One header that points to a program. Case does not count, blanks and punctuation do: they are
// what tells "emailAddress" from "Email Address". A star at an end stands for anything.
struct Sign {
  std::string_view vendor, header;
  int weight;
};

constexpr int k_enough = 4;
constexpr int k_telltale = 4;  // nobody else writes it
constexpr int k_half = 2;
constexpr int k_hint = 1;

// clang-format off
constexpr Sign k_signs[] = {
    {"hubspot", "hs_*", k_telltale},
    {"hubspot", "hubspot_*", k_telltale},
    {"hubspot", "company domain name", k_telltale},
    {"hubspot", "associated company ids*", k_telltale},
    {"hubspot", "associated contact ids*", k_telltale},
    {"hubspot", "associated company", k_half},
    {"hubspot", "lifecycle stage", k_half},
    {"hubspot", "lead status", k_half},
    {"hubspot", "contact owner", k_half},
    {"hubspot", "company owner", k_half},
    {"hubspot", "original source", k_half},
    {"hubspot", "record id*", k_half},
    {"hubspot", "jobtitle", k_hint},
    {"hubspot", "annualrevenue", k_hint},
    {"hubspot", "numberofemployees", k_hint},
    {"hubspot", "domain", k_hint},
    {"hubspot", "zip", k_hint},
    {"hubspot", "create date", k_hint},
    {"pipedrive", "person - *", k_telltale},
    {"pipedrive", "organization - *", k_telltale},
    {"pipedrive", "deal - *", k_telltale},
    {"pipedrive", "product - *", k_telltale},
    {"salesforce", "*__c", k_telltale},
    {"salesforce", "masterrecordid", k_telltale},
    {"salesforce", "systemmodstamp", k_telltale},
    {"salesforce", "billingpostalcode", k_half},
    {"salesforce", "billingstreet", k_half},
    {"salesforce", "mailingstreet", k_half},
    {"salesforce", "mailingpostalcode", k_half},
    {"salesforce", "mailing street", k_half},
    {"salesforce", "billing street", k_half},
    {"salesforce", "isdeleted", k_half},
    {"salesforce", "accountid", k_half},
    {"salesforce", "productcode", k_half},
    {"salesforce", "account name", k_half},
    {"salesforce", "account id", k_half},
    {"salesforce", "billing zip/postal code", k_half},
    {"salesforce", "mailing zip/postal code", k_half},
    {"salesforce", "leadsource", k_hint},
    {"salesforce", "numberofemployees", k_hint},
    {"salesforce", "annualrevenue", k_hint},
    {"espocrm", "assignedusername", k_telltale},
    {"espocrm", "assigneduserid", k_telltale},
    {"espocrm", "billingaddressstreet", k_telltale},
    {"espocrm", "billingaddresscity", k_half},
    {"espocrm", "emailaddress", k_half},
    {"espocrm", "phonenumber", k_half},
    {"espocrm", "accountname", k_half},
    {"espocrm", "createdbyname", k_half},
    {"twenty", "name / first name", k_telltale},
    {"twenty", "emails / primary email", k_telltale},
    {"twenty", "phones / primary phone number", k_telltale},
    {"twenty", "domain / domain url", k_telltale},
    {"twenty", "address / *", k_half},
    {"twenty", "company / name", k_half},
    {"odoo", "internal reference", k_half},
    {"odoo", "sales price", k_half},
    {"odoo", "quantity on hand", k_half},
    {"odoo", "is a company", k_half},
    {"odoo", "complete name", k_half},
    {"odoo", "company_type", k_half},
    {"odoo", "product category/*", k_half},
    {"odoo", "order lines/*", k_telltale},
    {"odoo", "street2", k_hint},
    {"odoo", "tax id", k_hint},
    {"shopify", "default address *", k_telltale},
    {"shopify", "variant *", k_telltale},
    {"shopify", "lineitem *", k_telltale},
    {"shopify", "body (html)", k_telltale},
    {"shopify", "accepts email marketing", k_half},
    {"shopify", "accepts marketing", k_half},
    {"shopify", "accepts sms marketing", k_half},
    {"shopify", "tax exempt", k_half},
    {"shopify", "total spent", k_hint},
    {"shopify", "total orders", k_hint},
    {"woocommerce", "is featured?", k_telltale},
    {"woocommerce", "visibility in catalog", k_telltale},
    {"woocommerce", "backorders allowed?", k_telltale},
    {"woocommerce", "in stock?", k_half},
    {"woocommerce", "regular price", k_half},
    {"woocommerce", "tax status", k_half},
    {"woocommerce", "low stock amount", k_half},
    {"woocommerce", "order number", k_hint},
    {"woocommerce", "order status", k_hint},
    {"woocommerce", "order_number", k_hint},
    {"woocommerce", "order_currency", k_half},
    {"woocommerce", "cart discount amount", k_half},
    {"woocommerce", "order total amount", k_half},
    {"woocommerce", "order total tax amount", k_half},
    {"woocommerce", "order shipping amount", k_half},
    {"woocommerce", "email (billing)", k_telltale},
    {"woocommerce", "first name (billing)", k_telltale},
    {"woocommerce", "billing_email", k_half},
    {"woocommerce", "billing_first_name", k_half},
    {"woocommerce", "billing email", k_hint},
    {"woocommerce", "billing first name", k_half},
    {"google", "e-mail 1 - *", k_telltale},
    {"google", "phone 1 - *", k_telltale},
    {"google", "organization 1 - *", k_telltale},
    {"google", "group membership", k_telltale},
    {"google", "phonetic first name", k_half},
    {"google", "organization name", k_half},
    {"google", "organization title", k_half},
    {"outlook", "e-mail type", k_telltale},
    {"outlook", "e-mail display name", k_telltale},
    {"outlook", "e-mail address", k_half},
    {"outlook", "business phone", k_half},
    {"outlook", "business street", k_half},
    {"outlook", "home street", k_half},
    {"outlook", "web page", k_hint},
    {"kontor", "version", k_hint},
    {"kontor", "created_by", k_half},
    {"kontor", "created_at", k_hint},
    {"kontor", "updated_at", k_hint},
    {"kontor", "owner_id", k_hint},
};
// clang-format on

bool fits(std::string_view sign, std::string_view header) {
  if (sign.starts_with('*')) return header.ends_with(sign.substr(1));
  if (sign.ends_with('*')) return header.starts_with(sign.substr(0, sign.size() - 1));
  return header == sign;
}

struct Score {
  int points = 0;
  std::vector<std::string> headers;
};

Score score_of(std::string_view vendor, const std::vector<std::string>& header,
               const std::vector<std::string>& folded) {
  Score score;
  for (std::size_t i = 0; i < header.size(); ++i) {
    int weight = 0;
    for (const Sign& sign : k_signs)
      if (sign.vendor == vendor && fits(sign.header, folded[i]))
        weight = std::max(weight, sign.weight);
    score.points += weight;
    if (weight > 0) score.headers.push_back(header[i]);
  }
  return score;
}

}  // namespace

std::optional<VendorVerdict> find_vendor(const std::vector<std::string>& header) {
  std::vector<std::string> folded;
  folded.reserve(header.size());
  for (const std::string& name : header) folded.push_back(fold_identity(name));
  std::optional<VendorVerdict> best;
  int most = k_enough - 1;
  for (const Vendor& vendor : k_vendors) {
    Score score = score_of(vendor.id, header, folded);
    if (score.points < most || score.points < k_enough) continue;
    if (score.points == most) {
      best.reset();  // two programs, and nothing that settles it
      continue;
    }
    most = score.points;
    best = VendorVerdict{vendor.id, vendor.label, std::move(score.headers)};
  }
  return best;
}

std::string_view vendor_label(std::string_view id) {
  for (const Vendor& vendor : k_vendors)
    if (vendor.id == id) return vendor.label;
  return {};
}

}  // namespace kontor::crm
