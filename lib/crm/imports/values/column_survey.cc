#include "crm/imports/values/column_survey.h"

#include <algorithm>

#include "base/currency.h"
#include "base/fold.h"
#include "base/json.h"
#include "model/entities/order.h"

namespace kontor::crm {
namespace {

using model::Kind;
using FormKind = ColumnForm::Kind;

std::optional<Kind> kind_of_target(const model::Entity& entity, std::string_view target) {
  if (target == "shipped_date" || target == "cancelled_date") return Kind::date;
  if (target == "stated_tax" || target == "stated_total") return Kind::money;
  constexpr std::string_view of_line = "line.";
  const bool is_line = target.starts_with(of_line);
  const model::Entity& owner = is_line ? model::order_line : entity;
  const auto at = model::find_field(owner, is_line ? target.substr(of_line.size()) : target);
  if (!at) return std::nullopt;
  return owner.fields[*at].kind;
}

FormKind form_of(std::optional<Kind> kind, bool own_json) {
  if (!kind) return FormKind::text;
  switch (*kind) {
    case Kind::money:
    case Kind::unit_price: return own_json ? FormKind::minor_units : FormKind::number;
    case Kind::quantity:
    case Kind::integer: return FormKind::number;
    case Kind::rate: return FormKind::rate;
    case Kind::date: return FormKind::date;
    case Kind::instant: return FormKind::instant;
    default: return FormKind::text;
  }
}

// A record as our own API and export show it.
bool is_own_json(const Mapping& mapping, std::string_view format) {
  if (format != "jsonl") return false;
  constexpr std::string_view marks[] = {"id", "version", "created_at", "updated_at"};
  return std::all_of(std::begin(marks), std::end(marks), [&](std::string_view mark) {
    return std::any_of(mapping.columns.begin(), mapping.columns.end(),
                       [&](const Mapping::Column& column) { return column.header == mark; });
  });
}

bool is_date(FormKind kind) { return kind == FormKind::date || kind == FormKind::instant; }

bool names_dong(std::string_view cell) {
  for (const std::string_view sign : {"\xE2\x82\xAB", "đ", "Đ", "VND", "VNĐ"})
    if (cell.find(sign) != std::string_view::npos) return true;
  return false;
}

Error unclear(std::string kind, const std::string& header, std::string detail, std::string hint) {
  Error error{.code = Code::invalid,
              .message = "Column \"" + header + "\": " + detail,
              .kind = std::move(kind),
              .hint = std::move(hint)};
  error.fields.push_back(
      {.pointer = "/" + pointer_step(header), .code = error.kind, .detail = std::move(detail)});
  return error;
}

constexpr std::string_view k_decimal_hint =
    "--decimal point (1.5 is one and a half) or --decimal comma (1,5 is)";
constexpr std::string_view k_dates_hint = "--dates dmy (day first) or --dates mdy (month first)";

}  // namespace

ColumnSurvey::ColumnSurvey(const model::Entity& entity, const Mapping& mapping,
                           std::string_view format)
    : currency_at_(mapping.column_of("currency").value_or(mapping.columns.size())) {
  const bool own_json = is_own_json(mapping, format);
  for (const Mapping::Column& column : mapping.columns) {
    const auto kind = kind_of_target(entity, column.target);
    columns_.push_back({.header = column.header,
                        .form = {.kind = form_of(kind, own_json)},
                        .dates = column.dates,
                        .decimal = column.decimal});
  }
}

bool ColumnSurvey::is_needed() const {
  return std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
    return column.form.kind == FormKind::number || is_date(column.form.kind);
  });
}

void ColumnSurvey::look_at(const SourceRow& row) {
  if (row.fault) return;
  for (std::size_t i = 0; i < std::min(columns_.size(), row.cells.size()); ++i) {
    Column& column = columns_[i];
    const std::string_view cell = trim(row.cells[i]);
    if (i == currency_at_ && !cell.empty()) {
      any_currency_ = true;
      if (currency_exponent(cell) != 0) all_whole_ = false;
    }
    std::size_t hint = 0;
    if (column.form.kind == FormKind::number) {
      NumberHint said = number_hint(cell);
      if (said == NumberHint::either_point && names_dong(cell)) said = NumberHint::comma;
      if (said == NumberHint::either_comma && names_dong(cell)) said = NumberHint::point;
      hint = static_cast<std::size_t>(said);
    } else if (is_date(column.form.kind)) {
      hint = static_cast<std::size_t>(date_hint(cell));
    }
    Seen& seen = column.hints.at(hint);
    if (hint != 0 && seen.row == 0) seen = {row.number, std::string(cell.substr(0, 60))};
  }
}

bool ColumnSurvey::has_no_decimals(std::string_view currency) const {
  return any_currency_ ? all_whole_ : currency_exponent(currency) == 0;
}

bool ColumnSurvey::is_mark_elsewhere(NumberHint hint) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) {
    return column.form.kind == FormKind::number &&
           column.hints.at(static_cast<std::size_t>(hint)).row != 0;
  });
}

Result<void> ColumnSurvey::settle_numbers(const Column& column, std::string_view currency,
                                          ColumnForm& form) const {
  const auto seen = [&](NumberHint hint) -> const Seen& {
    return column.hints.at(static_cast<std::size_t>(hint));
  };
  const auto told = [](const Seen& one) {
    return "\"" + one.cell + "\" in row " + std::to_string(one.row);
  };
  const Seen &point = seen(NumberHint::point), &comma = seen(NumberHint::comma);
  const Seen &either_point = seen(NumberHint::either_point),
             &either_comma = seen(NumberHint::either_comma);
  if (point.row != 0 && comma.row != 0)
    return unclear("mixed_numbers", column.header,
                   told(point) + " has a decimal point, " + told(comma) + " a decimal comma.",
                   std::string(k_decimal_hint));
  form.mark = comma.row != 0 ? DecimalMark::comma : DecimalMark::point;
  if (point.row != 0 || comma.row != 0) return {};
  if (either_point.row == 0 && either_comma.row == 0) return {};
  const bool one_sign = either_point.row == 0 || either_comma.row == 0;
  const bool point_elsewhere = is_mark_elsewhere(NumberHint::point);
  const bool comma_elsewhere = is_mark_elsewhere(NumberHint::comma);
  if (one_sign && point_elsewhere != comma_elsewhere) {
    form.mark = comma_elsewhere ? DecimalMark::comma : DecimalMark::point;
    return {};
  }
  if (one_sign && has_no_decimals(currency)) {
    form.mark = either_point.row != 0 ? DecimalMark::comma : DecimalMark::point;
    return {};
  }
  const Seen& first = either_point.row != 0 ? either_point : either_comma;
  return unclear("ambiguous_numbers", column.header,
                 told(first) + " can be a number with decimals or one in thousands.",
                 std::string(k_decimal_hint));
}

Result<void> ColumnSurvey::settle_dates(const Column& column, ColumnForm& form) const {
  const auto seen = [&](DateHint hint) -> const Seen& {
    return column.hints.at(static_cast<std::size_t>(hint));
  };
  const auto told = [](const Seen& one) {
    return "\"" + one.cell + "\" in row " + std::to_string(one.row);
  };
  const Seen &day = seen(DateHint::day_first), &month = seen(DateHint::month_first);
  if (day.row != 0 && month.row != 0)
    return unclear("mixed_dates", column.header,
                   told(day) + " begins with the day, " + told(month) + " with the month.",
                   std::string(k_dates_hint));
  form.order = month.row != 0 ? DateOrder::month_first : DateOrder::day_first;
  const Seen& either = seen(DateHint::either);
  if (day.row != 0 || month.row != 0 || either.row == 0) return {};
  return unclear("ambiguous_dates", column.header, told(either) + " can be either of two days.",
                 std::string(k_dates_hint));
}

Result<ColumnForm> ColumnSurvey::form_of_column(std::size_t at, const Reading& reading,
                                                std::string_view currency) const {
  const Column& column = columns_.at(at);
  const std::string& decimal = column.decimal.empty() ? reading.decimal : column.decimal;
  const std::string& dates = column.dates.empty() ? reading.dates : column.dates;
  ColumnForm form = column.form;
  if (form.kind == FormKind::number) {
    if (decimal.empty()) TRY(settle_numbers(column, currency, form));
    else form.mark = decimal == "comma" ? DecimalMark::comma : DecimalMark::point;
  } else if (is_date(form.kind)) {
    if (dates.empty()) TRY(settle_dates(column, form));
    else form.order = dates == "mdy" ? DateOrder::month_first : DateOrder::day_first;
  }
  return form;
}

Result<std::vector<ColumnForm>> ColumnSurvey::conclude(const Reading& reading,
                                                       std::string_view currency) const {
  std::vector<ColumnForm> forms;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    ColumnForm form = TRY(form_of_column(i, reading, currency));
    forms.push_back(form);
  }
  return forms;
}

bool ColumnSurvey::is_told(std::size_t at) const {
  const auto& hints = columns_.at(at).hints;
  return std::any_of(hints.begin(), hints.end(), [](const Seen& seen) { return seen.row != 0; });
}

}  // namespace kontor::crm
