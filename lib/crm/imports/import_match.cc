#include "crm/imports/import_match.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/email.h"
#include "base/fold.h"
#include "crm/access/holder.h"
#include "crm/access/row_predicate.h"
#include "crm/imports/external_ids.h"
#include "crm/imports/person_name.h"
#include "crm/rows.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

// Enough to sort out those that are meant otherwise, and to name a few of the rest.
constexpr int k_candidates = 50;
constexpr std::size_t k_named = 3;

// An address there says nothing about a firm.
constexpr auto k_public_domains = std::to_array<std::string_view>(
    {"163.com", "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
     "icloud.com", "live.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me",
     "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.ru"});

struct Candidate {
  std::int64_t row_id = 0;
  Uuid id{};
  std::string title;
};
using Candidates = std::vector<Candidate>;

// Records that the importer sees. `condition` has one parameter: the value.
Candidates candidates(const ImportScope& scope, std::string_view collection,
                      std::string_view condition, std::string_view value) {
  Candidates found;
  if (value.empty()) return found;
  const model::Entity& entity = *model::find_entity(collection);
  // The plus keeps SQLite from the holder's index: few records have the value, many one holder.
  const RowPredicate seen = rows_within(*scope.context.principal, entity, Act::read, "+t");
  store::Statement row = scope.tx.prepare(
      "SELECT t.id, t.uid, t." + std::string(entity.title) + " FROM " + std::string(collection) +
      " t WHERE " + std::string(condition) + " AND t.deleted_at IS NULL" +
      (seen.is_open() ? "" : " AND " + seen.sql) + " ORDER BY t.id LIMIT ?");
  int index = 0;
  row.bind(++index, value);
  for (const std::int64_t parameter : seen.parameters) row.bind(++index, parameter);
  row.bind(++index, std::int64_t{k_candidates});
  while (row.step())
    found.push_back({row.integer(0), Uuid::from_blob(row.blob(1)),
                     row.is_null(2) ? std::string() : std::string(row.text(2))});
  return found;
}

bool is_same(const Candidate& candidate, std::string_view name) {
  return fold_identity(candidate.title) == fold_identity(name);
}

// The index ignores accents, identity does not: Müller is not Muller.
Candidates by_name(const ImportScope& scope, std::string_view collection, std::string_view column,
                   std::string_view name) {
  Candidates found =
      candidates(scope, collection, std::string(column) + "_fold = ?", fold_search(name));
  std::erase_if(found, [&](const Candidate& c) { return !is_same(c, name); });
  return found;
}

// What a cell refers to may be written without its accents, if nothing is written with them.
Candidates named(const ImportScope& scope, std::string_view collection, std::string_view name) {
  Candidates found = by_name(scope, collection, "name", name);
  return found.empty() ? candidates(scope, collection, "name_fold = ?", fold_search(name)) : found;
}

Candidates by_domain(const ImportScope& scope, std::string_view domain) {
  const bool is_public =
      std::find(k_public_domains.begin(), k_public_domains.end(), domain) != k_public_domains.end();
  if (is_public) return {};
  return candidates(scope, "customers",
                    "substr(email_norm, instr(email_norm, '@') + 1) = ? AND email_norm IS NOT NULL",
                    domain);
}

// Those that the source knows by another id are not what it means by `key`.
void drop_other_ids(const ImportScope& scope, std::string_view collection, std::string_view key,
                    Candidates& found) {
  if (key.empty()) return;
  std::erase_if(found, [&](const Candidate& candidate) {
    return has_other_external(scope.tx, collection, scope.options.system, key, candidate.row_id);
  });
}

Match only(std::string_view collection, std::string_view by, const Candidates& found) {
  if (found.empty()) return {};
  if (found.size() == 1) return {.id = found.front().id};
  std::string detail = "Several " + std::string(collection) + " have this " + std::string(by) + ":";
  for (std::size_t i = 0; i < std::min(found.size(), k_named); ++i)
    detail += (i == 0 ? " " : ", ") + found[i].title + " (" + found[i].id.text() + ")";
  if (found.size() > k_named) detail += " and more";
  detail += "; name the one you mean by its id.";
  return {.fault =
              FieldError{.pointer = "", .code = "ambiguous_match", .detail = std::move(detail)}};
}

bool is_seen(const ImportScope& scope, std::string_view collection, const Uuid& id) {
  return sees(scope.tx, *scope.context.principal, *model::find_entity(collection), id);
}

// A name that an import has taught stands for one record for ever, so it is told if that one is not
// the importer's business; an id of ours that she does not see is like one that nothing has.
Match find_by_key(const ImportScope& scope, std::string_view collection, std::string_view key) {
  if (key.empty()) return {};
  if (const auto known = find_external(scope.tx, collection, scope.options.system, key)) {
    if (is_seen(scope, collection, *known)) return {.id = known};
    return {.fault = FieldError{.pointer = "",
                                .code = "forbidden",
                                .detail = "The record that the file calls \"" + std::string(key) +
                                          "\" is not one that you may see."}};
  }
  const auto own = Uuid::parse(key);
  const bool is_ours =
      own && live_row_id(scope.tx, collection, *own) && is_seen(scope, collection, *own);
  return {.id = is_ours ? own : std::nullopt};
}

bool is_settled(const Match& match) { return match.id || match.fault; }

std::string domain_of(std::string_view email) {
  const auto normal = normal_email(email);
  return normal ? normal->substr(normal->find('@') + 1) : std::string();
}

// What is unique of a product, a customer or a contact, or nearly so.
class ItemMatch {
 public:
  ItemMatch(const ImportScope& scope, const ImportItem& item)
      : scope_(scope), item_(item), collection_(scope.entity.collection) {}

  Result<std::optional<Uuid>> find() {
    std::string_view target = "id";
    Match match = find_by_key(scope_, collection_, item_.key);
    if (!is_settled(match)) match = by_values(target);
    if (!match.fault) return match.id;
    FieldError fault = *match.fault;
    fault.pointer = "/" + std::string(target);
    return Error{.code = Code::invalid,
                 .message = fault.detail,
                 .kind = "validation_failed",
                 .fields = {std::move(fault)}};
  }

 private:
  std::string_view cell(std::string_view target) const {
    return cell_of_target(scope_.mapping, item_.head, target);
  }

  Match one(std::string_view by, Candidates found) const {
    drop_other_ids(scope_, collection_, item_.key, found);
    return only(collection_, by, found);
  }

  Match by_values(std::string_view& target) const {
    if (collection_ == "products") {
      target = "sku";
      const std::string_view sku = cell("sku").empty() ? item_.key : cell("sku");
      return only(collection_, "SKU", candidates(scope_, collection_, "sku = ?", sku));
    }
    target = "email";
    const auto email = normal_email(cell("email"));
    Match match = one("e-mail address", candidates(scope_, collection_, "email_norm = ?",
                                                   email ? *email : std::string()));
    if (is_settled(match)) return match;
    if (scope_.options.match_domain && collection_ == "customers")
      match = one("domain", by_domain(scope_, domain_of(cell("email"))));
    if (is_settled(match) || !scope_.options.match_name) return match;
    target = "name";
    return collection_ == "customers"
               ? one("name", by_name(scope_, "customers", "name", cell("name")))
               : by_person(target);
  }

  // A contact of the same name that has the same customer, or none as the row has none.
  Match by_person(std::string_view& target) const {
    target = "last_name";
    std::string_view first = cell("first_name");
    std::string_view last = cell("last_name");
    const PersonName split = split_name(cell("full_name"));
    if (!scope_.mapping.has("last_name")) last = split.last;
    if (!scope_.mapping.has("first_name")) first = split.first;
    Candidates found = by_name(scope_, "contacts", "last_name", last);
    const std::string_view customer = cell("customer_id");
    const Match owner = customer.empty() ? Match{} : find_linked(scope_, "customers", customer);
    std::erase_if(found, [&](const Candidate& c) { return !is_same_person(c, first, owner.id); });
    return one("name", std::move(found));
  }

  bool is_same_person(const Candidate& candidate, std::string_view first,
                      const std::optional<Uuid>& customer) const {
    const auto contact = load_row(scope_.tx, model::contact, candidate.id);
    const auto text = [&](std::string_view field) {
      return contact->text(*model::find_field(model::contact, field));
    };
    return fold_identity(text("first_name")) == fold_identity(first) &&
           text("customer_id") == (customer ? customer->text() : std::string());
  }

  const ImportScope& scope_;
  const ImportItem& item_;
  std::string_view collection_;
};

Match customer_named(const ImportScope& scope, std::string_view text) {
  if (const auto email = normal_email(text))
    return only("customers", "e-mail address",
                candidates(scope, "customers", "email_norm = ?", *email));
  Match match = only("customers", "name", named(scope, "customers", text));
  if (is_settled(match) || !scope.options.match_domain) return match;
  return only("customers", "domain", by_domain(scope, fold_identity(text)));
}

Match product_named(const ImportScope& scope, std::string_view text) {
  Match match = only("products", "SKU", candidates(scope, "products", "sku = ?", text));
  if (is_settled(match)) return match;
  return only("products", "name", named(scope, "products", text));
}

}  // namespace

Result<std::optional<Uuid>> find_existing(const ImportScope& scope, const ImportItem& item) {
  return ItemMatch(scope, item).find();
}

Match find_linked(const ImportScope& scope, std::string_view collection, std::string_view text) {
  Match known = find_by_key(scope, collection, text);
  if (is_settled(known)) return known;
  if (collection == "customers") return customer_named(scope, text);
  if (collection == "products") return product_named(scope, text);
  if (collection == "orders")
    return only(collection, "number", candidates(scope, collection, "number = ?", text));
  return {};
}

Match find_by_domain(const ImportScope& scope, std::string_view email) {
  return only("customers", "domain", by_domain(scope, domain_of(email)));
}

Match find_payment(const ImportScope& scope, const Uuid& order, std::string_view reference,
                   std::string_view key) {
  Candidates found;
  const RowPredicate seen = rows_within(*scope.context.principal, model::payment, Act::read, "+p");
  store::Statement row = scope.tx.prepare(
      "SELECT p.id, p.uid, p.reference FROM payments p JOIN orders o ON o.id = p.order_id "
      "WHERE p.reference = ? AND p.deleted_at IS NULL AND o.uid = ?" +
      (seen.is_open() ? "" : " AND " + seen.sql) + " ORDER BY p.id LIMIT ?");
  int index = 0;
  row.bind(++index, reference);
  row.bind(++index, store::Blob{order.blob()});
  for (const std::int64_t parameter : seen.parameters) row.bind(++index, parameter);
  row.bind(++index, std::int64_t{k_candidates});
  while (row.step())
    found.push_back({row.integer(0), Uuid::from_blob(row.blob(1)), std::string(row.text(2))});
  drop_other_ids(scope, "payments", key, found);
  return only("payments", "reference", found);
}

}  // namespace kontor::crm
