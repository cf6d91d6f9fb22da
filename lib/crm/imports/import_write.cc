#include "crm/imports/import_write.h"

#include "base/email.h"
#include "base/fold.h"
#include "crm/imports/cell_value.h"
#include "crm/imports/external_ids.h"
#include "crm/imports/import_match.h"
#include "crm/imports/person_name.h"
#include "crm/rows.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/payment.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Record;

void set(Record& record, const Entity& entity, std::string_view field, model::Value value) {
  record.values[*model::find_field(entity, field)] = std::move(value);
}

bool is_empty(const model::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return model::is_null(value) || (text != nullptr && (text->empty() || *text == "[]"));
}

// Does the policy of a field keep what a record that exists has in it?
bool is_kept(const ImportScope& scope, const std::string& name, const Record& record,
             std::size_t field) {
  if (record.version == 0) return false;
  const auto policy = scope.options.policies.find(name);
  if (policy == scope.options.policies.end()) return false;
  if (policy->second == ImportPolicy::never) return true;
  return policy->second == ImportPolicy::if_empty && !is_empty(record.values[field]);
}

// A customer or a product of which the file knows no more than what it calls it.
Result<Uuid> create_missing(const ImportScope& scope, std::string_view collection,
                            std::string_view text, Imported& imported) {
  const bool is_product = collection == "products";
  const Entity& entity = is_product ? model::product : model::customer;
  Record record = model::blank(entity);
  std::vector<FieldError> errors;
  set_text(record, entity, "name", text, "name", errors);
  if (is_product) set_text(record, entity, "sku", text, "sku", errors);
  if (is_product) set(record, entity, "price", std::int64_t{0});
  if (!is_product && is_email(text)) set_text(record, entity, "email", text, "email", errors);
  if (!is_product && scope.item != nullptr)
    complete_missing_customer(scope, *scope.item, record, errors);
  if (!errors.empty()) return invalid_item(std::move(errors));
  const Written written =
      TRY(scope.records.insert(scope.tx, scope.context, entity, std::move(record)));
  ++imported.totals[std::string(collection) + "_created"];
  return written.id;
}

// The record that a cell refers to; made if the options say so and it can be.
Result<Match> link(const ImportScope& scope, const Field& field, std::string_view text,
                   Imported& imported) {
  Match match = find_linked(scope, field.target, text);
  if (match.id || match.fault) return match;
  const bool can_make = field.target == "customers" || field.target == "products";
  if (scope.options.create_missing && can_make) {
    match.id = TRY(create_missing(scope, field.target, text, imported));
  } else {
    match.fault = FieldError{.pointer = "",
                             .code = "not_found",
                             .detail = "There is nothing in " + std::string(field.target) +
                                       " named \"" + std::string(text) + "\"."};
  }
  return match;
}

std::string currency_of(const ImportScope& scope, const CsvRow& row, const Record& record) {
  const auto field = model::find_field(scope.entity, "currency");
  if (!field) return scope.records.organisation()->currency;
  const model::Decoded given =
      cell_value(scope.entity.fields[*field], cell_of_target(scope.mapping, row, "currency"), "");
  if (const auto* text = std::get_if<std::string>(&given.value)) return *text;
  const std::string& own = record.text(*field);
  return own.empty() ? scope.records.organisation()->currency : own;
}

void complete_product(const ImportScope& scope, const ImportItem& item, Record& product,
                      std::vector<FieldError>& errors) {
  if (!scope.mapping.has("sku"))
    set_text(product, model::product, "sku", item.key, "external_id", errors);
  const bool stock_given = !cell_of_target(scope.mapping, item.head, "stock_on_hand").empty();
  if (stock_given && !scope.mapping.has("track_stock"))
    product.values[model::product_field::track_stock] = std::int64_t{1};
  const std::string_view text = cell_of_target(scope.mapping, item.head, "discontinued");
  if (text.empty()) return;
  static constexpr Field flag{.name = "discontinued", .kind = model::Kind::boolean};
  const model::Decoded decoded = cell_value(flag, text, "");
  if (decoded.error) {
    errors.push_back({"/discontinued", decoded.error->code, decoded.error->detail});
    return;
  }
  const bool archived = decoded.value == model::Value(std::int64_t{1});
  product.values[model::product_field::status] = std::string(archived ? "archived" : "active");
}

// A contact whose row names no firm belongs to the one that her address is of.
void link_by_domain(const ImportScope& scope, Record& contact, std::vector<FieldError>& errors) {
  const std::size_t customer = *model::find_field(model::contact, "customer_id");
  const std::size_t email = *model::find_field(model::contact, "email");
  if (!scope.options.match_domain || !model::is_null(contact.values[customer])) return;
  Match match = find_by_domain(scope, contact.text(email));
  if (match.id) contact.values[customer] = match.id->text();
  if (!match.fault) return;
  match.fault->pointer = "/email";
  errors.push_back(*std::move(match.fault));
}

void complete_contact(const ImportScope& scope, const ImportItem& item, Record& contact,
                      std::vector<FieldError>& errors) {
  const PersonName name = split_name(cell_of_target(scope.mapping, item.head, "full_name"));
  if (!scope.mapping.has("last_name"))
    set_text(contact, model::contact, "last_name", name.last, "full_name", errors);
  if (!scope.mapping.has("first_name"))
    set_text(contact, model::contact, "first_name", name.first, "full_name", errors);
  link_by_domain(scope, contact, errors);
}

bool has_primary_contact(store::ReadTx& tx, std::int64_t customer) {
  store::Statement row = tx.prepare(
      "SELECT 1 FROM contacts WHERE customer_id = ? AND is_primary = 1 AND deleted_at IS NULL");
  row.with(customer);
  return row.step();
}

// Not of the system itself: there contacts have ids of their own.
std::string person_system(const ImportScope& scope) {
  return scope.options.system + " contact person";
}

// The contact person that stands in a customer's row is a contact of that customer. It is known by
// the customer's id, so that another name in a later file renames it.
Result<bool> put_contact(const ImportScope& scope, const ImportItem& item, const Uuid& customer,
                         std::int64_t customer_row) {
  const std::string_view full = cell_of_target(scope.mapping, item.head, "contact_name");
  if (full.empty()) return false;
  const std::string key = "contact of " + customer.text();
  const auto known = find_external(scope.tx, "contacts", person_system(scope), key);
  Record before = model::blank(model::contact);
  if (known) before = TRY(scope.records.load(scope.tx, model::contact, *known));
  Record contact = before;
  const PersonName name = split_name(full);
  std::vector<FieldError> errors;
  set_text(contact, model::contact, "last_name", name.last, "contact_name", errors);
  set_text(contact, model::contact, "first_name", name.first, "contact_name", errors);
  set_text(contact, model::contact, "job_title",
           cell_of_target(scope.mapping, item.head, "contact_title"), "contact_title", errors);
  if (!errors.empty()) return invalid_item(std::move(errors));
  if (known) {
    TRY(scope.records.save(scope.tx, scope.context, model::contact, before, std::move(contact)));
    return false;
  }
  set(contact, model::contact, "customer_id", customer.text());
  const bool first = !has_primary_contact(scope.tx, customer_row);
  set(contact, model::contact, "is_primary", std::int64_t{first ? 1 : 0});
  const Written written =
      TRY(scope.records.insert(scope.tx, scope.context, model::contact, std::move(contact)));
  remember_external(scope.tx, "contacts", person_system(scope), key, written.row_id,
                    scope.import_row_id);
  return true;
}

// A record of our own export that was in the trash there.
bool is_in_trash(const Mapping& mapping, const CsvRow& row) {
  for (std::size_t i = 0; i < mapping.columns.size() && i < row.cells.size(); ++i)
    if (mapping.columns[i].header == "deleted_at") return !trim(row.cells[i]).empty();
  return false;
}

// Cells are read without the blanks around them, so those are no change.
bool differs_in_blanks(const model::Value& had, const model::Value& cell) {
  const auto* had_text = std::get_if<std::string>(&had);
  const auto* text = std::get_if<std::string>(&cell);
  return had_text != nullptr && text != nullptr && *had_text != *text && trim(*had_text) == *text;
}

// The source has it in its trash.
bool is_deleted(const ImportScope& scope, const ImportItem& item, std::vector<FieldError>& errors) {
  static constexpr Field flag{.name = "is_deleted", .kind = model::Kind::boolean};
  const model::Decoded decoded =
      cell_value(flag, cell_of_target(scope.mapping, item.head, flag.name), "");
  if (decoded.error) errors.push_back({"/is_deleted", decoded.error->code, decoded.error->detail});
  return decoded.value == model::Value(std::int64_t{1});
}

}  // namespace

void set_text(Record& record, const Entity& entity, std::string_view field, std::string_view text,
              std::string_view target, std::vector<FieldError>& errors) {
  if (text.empty()) return;
  const std::size_t at = *model::find_field(entity, field);
  model::Decoded decoded = cell_value(entity.fields[at], text, "");
  if (decoded.error) {
    errors.push_back({"/" + std::string(target), decoded.error->code, decoded.error->detail});
  } else {
    record.values[at] = std::move(decoded.value);
  }
}

Error invalid_item(std::vector<FieldError> fields) {
  const std::string message = fields.front().detail;
  return {.code = Code::invalid,
          .message = message,
          .kind = "validation_failed",
          .fields = std::move(fields)};
}

Result<void> set_cells(const ImportScope& scope, const CsvRow& row, const CellTarget& target,
                       Imported& imported, std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < target.entity.fields.size(); ++i) {
    const Field& field = target.entity.fields[i];
    const std::string name = std::string(target.prefix) + std::string(field.name);
    const std::string_view text = cell_of_target(target.mapping, row, name);
    if (text.empty() || is_kept(scope, name, target.record, i)) continue;
    if (field.kind == model::Kind::reference) {
      Match match = TRY(link(scope, field, text, imported));
      if (match.id) target.record.values[i] = match.id->text();
      if (!match.fault) continue;
      match.fault->pointer = target.pointer + model::pointer_of(field);
      errors.push_back(*std::move(match.fault));
      continue;
    }
    model::Decoded decoded = cell_value(field, text, target.currency);
    if (decoded.error) {
      errors.push_back(
          {target.pointer + model::pointer_of(field), decoded.error->code, decoded.error->detail});
    } else if (!differs_in_blanks(target.record.values[i], decoded.value)) {
      target.record.values[i] = std::move(decoded.value);
    }
  }
  return {};
}

Result<Imported> put(const ImportScope& scope, const ImportItem& item, const Record* before,
                     Record record, std::int64_t& row_id) {
  const auto write = [&] {
    return before == nullptr
               ? scope.records.insert(scope.tx, scope.context, scope.entity, std::move(record))
               : scope.records.save(scope.tx, scope.context, scope.entity, *before,
                                    std::move(record), "import");
  };
  const Written written = TRY(write());
  row_id = before == nullptr ? written.row_id : before->row_id;
  if (!item.key.empty())
    remember_external(scope.tx, scope.entity.collection, scope.options.system, item.key, row_id,
                      scope.import_row_id);
  if (before == nullptr) return Imported{.outcome = ImportOutcome::created};
  const bool changed = written.version != before->version;
  return Imported{.outcome = changed ? ImportOutcome::updated : ImportOutcome::unchanged};
}

bool is_skipped(const ImportScope& scope, bool exists) {
  const ImportMode mode = scope.options.mode;
  return exists ? mode == ImportMode::create : mode == ImportMode::update;
}

Result<Imported> import_item(const ImportScope& scope, const ImportItem& item) {
  if (item.head.fault) return invalid_item({*item.head.fault});
  if (is_in_trash(scope.mapping, item.head)) return Imported{};
  if (&scope.entity == &model::order) {
    ImportScope own = scope;
    own.item = &item;
    return import_order(own, item);
  }
  if (&scope.entity == &model::payment) return import_payment(scope, item);
  std::vector<FieldError> errors;
  if (item.repeated || is_deleted(scope, item, errors)) return Imported{};
  const auto existing = TRY(find_existing(scope, item));
  if (is_skipped(scope, existing.has_value())) return Imported{};
  std::optional<Record> before;
  if (existing) before = TRY(scope.records.load(scope.tx, scope.entity, *existing));
  Record record = before ? *before : model::blank(scope.entity);
  Imported made;
  TRY(set_cells(scope, item.head,
                {.entity = scope.entity,
                 .mapping = scope.mapping,
                 .prefix = "",
                 .currency = currency_of(scope, item.head, record),
                 .pointer = "",
                 .record = record},
                made, errors));
  if (&scope.entity == &model::product) complete_product(scope, item, record, errors);
  if (&scope.entity == &model::contact) complete_contact(scope, item, record, errors);
  if (&scope.entity == &model::customer) complete_customer(scope, item, record, errors);
  if (!errors.empty()) return invalid_item(std::move(errors));
  std::int64_t row_id = 0;
  Imported imported = TRY(put(scope, item, before ? &*before : nullptr, std::move(record), row_id));
  imported.totals.merge(made.totals);
  if (&scope.entity == &model::customer) {
    const Uuid id = *id_of_row(scope.tx, "customers", row_id);
    if (TRY(put_contact(scope, item, id, row_id))) imported.totals["contacts_created"] = 1;
  }
  return imported;
}

}  // namespace kontor::crm
