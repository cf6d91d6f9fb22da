#include "crm/imports/mapping.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/json.h"
#include "base/nearest.h"
#include "crm/imports/dialects/known_headers.h"
#include "crm/imports/mapping_goals.h"
#include "model/entities/contact.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;

// Makes a mapping: what the user says, then what the headers suggest.
class MappingBuilder {
 public:
  MappingBuilder(const MappingGoals& goals, const std::vector<std::string>& header)
      : goals_(goals), names_(goals.names()), header_(header), decided_(header.size(), false) {
    for (const std::string& name : header) mapping_.columns.push_back({name, ""});
    mapping_.vendor = find_vendor(header);
  }

  Result<Mapping> build(const SheetRules& rules, std::span<const std::string> elsewhere) {
    elsewhere_ = elsewhere;
    for (const ColumnRule& rule : rules.columns) add(rule);
    for (const JoinRule& rule : rules.joins) add(rule);
    for (const ConstantRule& rule : rules.constants) add(rule);
    if (!errors_.empty()) return invalid_map(std::move(errors_));
    if (rules.guess_rest) guess_rest();
    return std::move(mapping_);
  }

 private:
  void refuse(const std::string& pointer, std::string code, std::string detail) {
    errors_.push_back({.pointer = pointer, .code = std::move(code), .detail = std::move(detail)});
  }

  std::optional<std::size_t> find(const std::string& name, const std::string& pointer) {
    const auto at = std::find(header_.begin(), header_.end(), name);
    if (at != header_.end()) return static_cast<std::size_t>(at - header_.begin());
    if (std::find(elsewhere_.begin(), elsewhere_.end(), name) == elsewhere_.end())
      refuse(pointer, "unknown_column", "The file has no column \"" + name + "\".");
    return std::nullopt;
  }

  // Is it a target that a rule may still name?
  bool takes(const std::string& target, const std::string& pointer) {
    if (target.empty()) return true;
    if (!goals_.has(target)) {
      std::string detail = "There is no field \"" + target + "\"";
      if (const auto near = nearest(target, names_))
        detail += "; did you mean " + std::string(*near);
      refuse(pointer, "unknown_field", detail + ".");
      return false;
    }
    if (taken_.insert(target).second) return true;
    refuse(pointer, "duplicate_target", "\"" + target + "\" is the target of two columns.");
    return false;
  }

  Mapping::Column& made(std::string header, const std::string& target, MappingRule rule) {
    mapping_.columns.push_back({.header = std::move(header), .target = target, .rule = rule});
    return mapping_.columns.back();
  }

  void add(const ColumnRule& rule) {
    const auto at = find(rule.header, rule.pointer);
    if (!at) return;
    decided_[*at] = true;
    for (const std::string& target : rule.targets)
      if (!takes(target, rule.pointer)) return;
    if (!rule.trim.empty() || !rule.words.is_empty())
      mapping_.shape.changes.push_back({.column = *at,
                                        .trim = rule.trim,
                                        .words = rule.words,
                                        .header = rule.header,
                                        .target = rule.targets.empty() ? "" : rule.targets[0]});
    if (!rule.split.empty()) return add_parts(rule, *at);
    Mapping::Column& column = mapping_.columns[*at];
    column.target = rule.targets.empty() ? "" : rule.targets.front();
    column.rule = column.target.empty() ? MappingRule::none : MappingRule::mapping;
    column.dates = rule.dates;
    column.decimal = rule.decimal;
  }

  void add_parts(const ColumnRule& rule, std::size_t at) {
    for (std::size_t part = 0; part < rule.targets.size(); ++part) {
      if (rule.targets[part].empty()) continue;
      Mapping::Column& column = made(rule.header, rule.targets[part], MappingRule::mapping);
      column.dates = rule.dates;
      column.decimal = rule.decimal;
      mapping_.shape.made.push_back({.kind = RowShape::Made::Kind::part,
                                     .text = rule.split,
                                     .from = {at},
                                     .part = part,
                                     .parts = rule.targets.size(),
                                     .from_end = rule.from_end});
    }
  }

  void add(const JoinRule& rule) {
    RowShape::Made joined{.kind = RowShape::Made::Kind::joined, .text = rule.separator};
    std::string header;
    for (const std::string& name : rule.headers) {
      const auto at = find(name, rule.pointer + "/columns");
      if (!at) return;
      decided_[*at] = true;
      joined.from.push_back(*at);
      header += (header.empty() ? "" : " + ") + name;
    }
    if (!takes(rule.target, rule.pointer)) return;
    made(std::move(header), rule.target, MappingRule::mapping);
    mapping_.shape.made.push_back(std::move(joined));
  }

  void add(const ConstantRule& rule) {
    if (!takes(rule.target, rule.pointer)) return;
    made("\"" + rule.text + "\"", rule.target, MappingRule::constant);
    mapping_.shape.made.push_back(
        {.kind = RowShape::Made::Kind::constant, .text = rule.text, .from = {}});
  }

  void guess_rest() {
    const std::string_view vendor = mapping_.vendor ? mapping_.vendor->id : std::string_view();
    for (const bool second : {false, true}) {
      for (std::size_t i = 0; i < header_.size(); ++i) {
        if (decided_[i] || is_second_choice(header_[i]) != second) continue;
        const Guess guess = goals_.guess(header_[i], header_, vendor);
        if (!mapping_.has(guess.target)) take(i, guess);
      }
    }
  }

  void take(std::size_t at, const Guess& guess) {
    Mapping::Column& column = mapping_.columns[at];
    if (guess.column != nullptr && !guess.target.empty()) shape(at, *guess.column);
    const bool split = guess.column != nullptr && !guess.column->split.empty();
    Mapping::Column& target = split ? mapping_.columns.back() : column;
    target.target = guess.target;
    target.rule = guess.rule;
    target.vendor = guess.vendor;
  }

  // What a program's column needs beside a target.
  void shape(std::size_t at, const VendorColumn& vendor) {
    if (!vendor.words.empty() || !vendor.trim.empty()) {
      RowShape::Change change{.column = at,
                              .trim = std::string(vendor.trim),
                              .header = header_[at],
                              .target = std::string(vendor.target)};
      for (const auto& [from, to] : vendor.words) change.words.add(from, std::string(to));
      mapping_.shape.changes.push_back(std::move(change));
    }
    if (vendor.split.empty()) return;
    mapping_.columns.push_back({.header = header_[at], .target = ""});
    mapping_.shape.made.push_back({.kind = RowShape::Made::Kind::part,
                                   .text = std::string(vendor.split),
                                   .from = {at},
                                   .part = 0,
                                   .parts = 2});
  }

  const MappingGoals& goals_;
  const std::vector<std::string_view> names_;
  const std::vector<std::string>& header_;
  std::vector<bool> decided_;    // by a rule, so that nothing is guessed
  std::set<std::string> taken_;  // by rules
  std::span<const std::string> elsewhere_;
  Mapping mapping_;
  std::vector<FieldError> errors_;
};

Result<void> check_present(const std::vector<std::string>& missing) {
  if (missing.empty()) return {};
  Error error{.code = Code::invalid,
              .message = "The file lacks a column for: ",
              .kind = "missing_columns",
              .hint = "name the column in a map file: {\"Header of the file\": \"field\"}"};
  for (const std::string& name : missing) {
    error.message += (error.fields.empty() ? "" : ", ") + name;
    error.fields.push_back({.pointer = "/" + name,
                            .code = "required",
                            .detail = "No column was found for " + name + "."});
  }
  error.message += ".";
  return error;
}

bool is_unset(const Mapping& mapping, std::string_view target) {
  const auto at = mapping.column_of(target);
  return at && mapping.columns[*at].rule != MappingRule::mapping &&
         mapping.columns[*at].rule != MappingRule::constant;
}

// What only makes sense beside another column.
void settle_customers(Mapping& mapping) {
  const bool has_person = mapping.has("first_name") || mapping.has("last_name");
  // A list of firms may call their names so.
  if (is_unset(mapping, "company_name") && !mapping.has("name") && !has_person)
    mapping.columns[*mapping.column_of("company_name")].target = "name";
  // The title of nobody.
  if (!is_unset(mapping, "contact_title") || mapping.has("contact_name")) return;
  Mapping::Column& title = mapping.columns[*mapping.column_of("contact_title")];
  title = {.header = title.header, .target = ""};
}

// Of rules that are for the orders as well, those that this file can have.
SheetRules of_lines(const SheetRules& rules, const MappingGoals& goals,
                    const std::vector<std::string>& header) {
  SheetRules own{.guess_rest = rules.guess_rest};
  for (const ColumnRule& rule : rules.columns) {
    const bool is_here = std::find(header.begin(), header.end(), rule.header) != header.end();
    const bool is_known =
        std::all_of(rule.targets.begin(), rule.targets.end(),
                    [&](const std::string& target) { return target.empty() || goals.has(target); });
    if (is_here && is_known) own.columns.push_back(rule);
  }
  return own;
}

// Can a row say the same in other words?
bool is_said_otherwise(const Entity& entity, const Mapping& mapping, std::string_view field) {
  if (&entity == &model::product && field == "sku") return mapping.has("external_id");
  if (&entity == &model::contact && field == "last_name") return mapping.has("full_name");
  if (&entity != &model::customer || field != "name") return false;
  return mapping.has("first_name") || mapping.has("last_name");
}

}  // namespace

std::string_view name_of(MappingRule rule) {
  constexpr std::array<std::string_view, 6> names = {"none",   "exact",   "alias",
                                                     "vendor", "mapping", "constant"};
  return names.at(static_cast<std::size_t>(rule));
}

bool is_importable(const Entity& entity, const Field& field) {
  if (field.kind == model::Kind::custom || field.name == "owner_id") return false;
  if (&entity == &model::order && (field.name == "status" || field.name == "fulfilment_status"))
    return true;
  return field.write == model::Write::anytime || field.write == model::Write::on_create;
}

std::optional<std::size_t> Mapping::column_of(std::string_view target) const {
  if (target.empty()) return std::nullopt;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].target == target) return i;
  return std::nullopt;
}

bool Mapping::has_any(std::string_view prefix) const {
  return std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
    return std::string_view(column.target).starts_with(prefix);
  });
}

Result<Mapping> map_columns(const Entity& entity, const std::vector<std::string>& header,
                            const SheetRules& rules, std::span<const std::string> elsewhere) {
  const MappingGoals goals(&entity, import_targets(entity));
  Mapping mapping = TRY(MappingBuilder(goals, header).build(rules, elsewhere));
  if (&entity == &model::customer) settle_customers(mapping);
  return mapping;
}

Result<Mapping> map_line_columns(const std::vector<std::string>& header, const MappingFile& rules) {
  const MappingGoals goals(nullptr, line_targets());
  const SheetRules own = rules.lines ? *rules.lines : of_lines(rules.rows, goals, header);
  return MappingBuilder(goals, header).build(own, {});
}

std::vector<std::string> missing_columns(const Entity& entity, const Mapping& mapping) {
  std::vector<std::string> missing;
  for (const Field& field : entity.fields) {
    if (!field.required || !field.fallback.empty() || !is_importable(entity, field)) continue;
    if (mapping.has(field.name) || field.kind == model::Kind::currency) continue;
    if (!is_said_otherwise(entity, mapping, field.name)) missing.emplace_back(field.name);
  }
  return missing;
}

std::vector<std::string> missing_line_columns(const Mapping& lines) {
  std::vector<std::string> missing;
  if (!lines.has("external_id")) missing.emplace_back("external_id");
  const bool named =
      lines.has("line.product_id") || lines.has("line.sku") || lines.has("line.name");
  if (!named) missing.emplace_back("line.product_id");
  if (!lines.has("line.quantity")) missing.emplace_back("line.quantity");
  return missing;
}

Result<void> check_columns(const Entity& entity, const Mapping& mapping) {
  return check_present(missing_columns(entity, mapping));
}

Result<void> check_line_columns(const Mapping& lines) {
  return check_present(missing_line_columns(lines));
}

}  // namespace kontor::crm
