#include "crm/imports/import_write.h"

#include "base/email.h"
#include "base/fold.h"
#include "crm/imports/cell_value.h"
#include "crm/imports/external_ids.h"
#include "crm/imports/person_name.h"
#include "crm/rows.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Record;

Error invalid(std::vector<FieldError> fields) {
  const std::string message = fields.front().detail;
  return {.code = Code::invalid,
          .message = message,
          .kind = "validation_failed",
          .fields = std::move(fields)};
}

// The one live record with this value in a column; nullopt if there is none, or more than one.
std::optional<Uuid> find_only(store::ReadTx& tx, std::string_view collection,
                              std::string_view column, const std::string& value) {
  if (value.empty()) return std::nullopt;
  store::Statement row = tx.prepare("SELECT uid FROM " + std::string(collection) + " WHERE " +
                                    std::string(column) + " = ? AND deleted_at IS NULL LIMIT 2");
  row.with(std::string_view(value));
  if (!row.step()) return std::nullopt;
  const Uuid id = Uuid::from_blob(row.blob(0));
  return row.step() ? std::nullopt : std::optional(id);
}

std::string_view natural_column(std::string_view collection) {
  if (collection == "products") return "sku";
  return collection == "customers" ? "name_fold" : "";
}

std::optional<Uuid> find_by_key(const ImportScope& scope, std::string_view collection,
                                std::string_view key) {
  if (key.empty()) return std::nullopt;
  if (const auto known = find_external(scope.tx, collection, scope.system, key)) return known;
  const auto own = Uuid::parse(key);
  return own && live_row_id(scope.tx, collection, *own) ? own : std::nullopt;
}

// The record that an item is about.
std::optional<Uuid> find_existing(const ImportScope& scope, const ImportItem& item) {
  if (const auto known = find_by_key(scope, scope.entity.collection, item.key)) return known;
  const auto cell = [&](std::string_view target) {
    return std::string(cell_of_target(scope.mapping, item.head, target));
  };
  if (&scope.entity == &model::product) {
    const std::string sku = cell("sku");
    return find_only(scope.tx, "products", "sku", sku.empty() ? item.key : sku);
  }
  const auto email = normal_email(cell("email"));
  return email ? find_only(scope.tx, scope.entity.collection, "email_norm", *email) : std::nullopt;
}

std::string currency_of(const ImportScope& scope, const CsvRow& row, const Record& record) {
  const auto field = model::find_field(scope.entity, "currency");
  if (!field) return scope.records.organisation().currency;
  const model::Decoded given =
      cell_value(scope.entity.fields[*field], cell_of_target(scope.mapping, row, "currency"), "");
  if (const auto* text = std::get_if<std::string>(&given.value)) return *text;
  const std::string& own = record.text(*field);
  return own.empty() ? scope.records.organisation().currency : own;
}

void set(Record& record, const Entity& entity, std::string_view field, model::Value value) {
  record.values[*model::find_field(entity, field)] = std::move(value);
}

// Text that has no cell of its own for its field is checked like one; `target` is its column.
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

void complete_contact(const ImportScope& scope, const ImportItem& item, Record& contact,
                      std::vector<FieldError>& errors) {
  const PersonName name = split_name(cell_of_target(scope.mapping, item.head, "full_name"));
  if (!scope.mapping.has("last_name"))
    set_text(contact, model::contact, "last_name", name.last, "full_name", errors);
  if (!scope.mapping.has("first_name"))
    set_text(contact, model::contact, "first_name", name.first, "full_name", errors);
}

bool has_primary_contact(store::ReadTx& tx, std::int64_t customer) {
  store::Statement row = tx.prepare(
      "SELECT 1 FROM contacts WHERE customer_id = ? AND is_primary = 1 AND deleted_at IS NULL");
  row.with(customer);
  return row.step();
}

// The contact person that stands in a customer's row is a contact of that customer. It is known by
// the customer's id, so that another name in a later file renames it.
Result<bool> put_contact(const ImportScope& scope, const ImportItem& item, const Uuid& customer,
                         std::int64_t customer_row) {
  const std::string_view full = cell_of_target(scope.mapping, item.head, "contact_name");
  if (full.empty()) return false;
  const std::string key = "contact of " + customer.text();
  const auto known = find_external(scope.tx, "contacts", scope.system, key);
  Record before = model::blank(model::contact);
  if (known) before = TRY(scope.records.load(scope.tx, model::contact, *known));
  Record contact = before;
  const PersonName name = split_name(full);
  std::vector<FieldError> errors;
  set_text(contact, model::contact, "last_name", name.last, "contact_name", errors);
  set_text(contact, model::contact, "first_name", name.first, "contact_name", errors);
  set_text(contact, model::contact, "job_title",
           cell_of_target(scope.mapping, item.head, "contact_title"), "contact_title", errors);
  if (!errors.empty()) return invalid(std::move(errors));
  if (known) {
    TRY(scope.records.save(scope.tx, scope.context, model::contact, before, std::move(contact)));
    return false;
  }
  set(contact, model::contact, "customer_id", customer.text());
  const bool first = !has_primary_contact(scope.tx, customer_row);
  set(contact, model::contact, "is_primary", std::int64_t{first ? 1 : 0});
  const Written written =
      TRY(scope.records.insert(scope.tx, scope.context, model::contact, std::move(contact)));
  remember_external(scope.tx, "contacts", scope.system, key, written.row_id);
  return true;
}

}  // namespace

std::optional<Uuid> find_named(const ImportScope& scope, std::string_view collection,
                               std::string_view text) {
  if (const auto known = find_by_key(scope, collection, text)) return known;
  const std::string_view column = natural_column(collection);
  if (column.empty()) return std::nullopt;
  return find_only(scope.tx, collection, column,
                   column == "name_fold" ? fold_search(text) : std::string(text));
}

void set_cells(const ImportScope& scope, const Entity& entity, const Mapping& mapping,
               const CsvRow& row, std::string_view prefix, const std::string& currency,
               const std::string& pointer, Record& record, std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& field = entity.fields[i];
    const std::string_view text =
        cell_of_target(mapping, row, std::string(prefix) + std::string(field.name));
    if (text.empty()) continue;
    if (field.kind == model::Kind::reference) {
      if (const auto id = find_named(scope, field.target, text)) {
        record.values[i] = id->text();
      } else {
        errors.push_back({pointer + model::pointer_of(field), "not_found",
                          "There is nothing in " + std::string(field.target) + " named \"" +
                              std::string(text) + "\"."});
      }
      continue;
    }
    model::Decoded decoded = cell_value(field, text, currency);
    if (decoded.error) {
      errors.push_back(
          {pointer + model::pointer_of(field), decoded.error->code, decoded.error->detail});
    } else {
      record.values[i] = std::move(decoded.value);
    }
  }
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
    remember_external(scope.tx, scope.entity.collection, scope.system, item.key, row_id);
  if (before == nullptr) return Imported{.outcome = ImportOutcome::created};
  const bool changed = written.version != before->version;
  return Imported{.outcome = changed ? ImportOutcome::updated : ImportOutcome::unchanged};
}

Result<Imported> import_item(const ImportScope& scope, const ImportItem& item) {
  if (item.head.fault) return invalid({*item.head.fault});
  if (&scope.entity == &model::order) return import_order(scope, item);
  const auto existing = find_existing(scope, item);
  if (existing.has_value() ? scope.mode == ImportMode::create : scope.mode == ImportMode::update)
    return Imported{};
  std::optional<Record> before;
  if (existing) before = TRY(scope.records.load(scope.tx, scope.entity, *existing));
  Record record = before ? *before : model::blank(scope.entity);
  std::vector<FieldError> errors;
  set_cells(scope, scope.entity, scope.mapping, item.head, "",
            currency_of(scope, item.head, record), "", record, errors);
  if (&scope.entity == &model::product) complete_product(scope, item, record, errors);
  if (&scope.entity == &model::contact) complete_contact(scope, item, record, errors);
  if (!errors.empty()) return invalid(std::move(errors));
  std::int64_t row_id = 0;
  Imported imported = TRY(put(scope, item, before ? &*before : nullptr, std::move(record), row_id));
  if (&scope.entity == &model::customer) {
    const Uuid id = *id_of_row(scope.tx, "customers", row_id);
    if (TRY(put_contact(scope, item, id, row_id))) imported.totals["contacts_created"] = 1;
  }
  return imported;
}

}  // namespace kontor::crm
