// How numbers and dates are written in a file: decided for each column by all of its cells, never
// by one alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crm/imports/formats/reading.h"
#include "crm/imports/mapping.h"
#include "crm/imports/values/date_form.h"
#include "crm/imports/values/number_form.h"

namespace kontor::crm {

struct ColumnForm {
  enum class Kind {
    text,         // read as it is
    number,       // amounts and quantities
    minor_units,  // amounts as our own API shows them
    rate,
    date,
    instant,
  };
  Kind kind = Kind::text;
  DecimalMark mark = DecimalMark::point;
  DateOrder order = DateOrder::day_first;
};

class ColumnSurvey {
 public:
  // `format` as of OpenedRows: the numbers of JSON have a point.
  ColumnSurvey(const model::Entity& entity, const Mapping& mapping, std::string_view format);

  // Is there any column whose cells have to be looked at?
  bool is_needed() const;
  void look_at(const SourceRow& row);

  // `reading` overrides what the cells say. `currency` is the one of amounts that name none: a mark
  // before three digits cannot be a decimal one where there are no decimals.
  // Code::invalid where it cannot be told: ambiguous_numbers, mixed_numbers, ambiguous_dates,
  // mixed_dates, each naming the column, cells, and the option that settles it.
  Result<std::vector<ColumnForm>> conclude(const Reading& reading, std::string_view currency) const;
  // The same for one column. A mapping's own word on a column comes before `reading`.
  Result<ColumnForm> form_of_column(std::size_t at, const Reading& reading,
                                    std::string_view currency) const;
  // Did any cell of the column bear a mark, or an order of day and month?
  bool is_told(std::size_t at) const;

 private:
  // Where each hint was first seen, by its number; row 0: nowhere.
  struct Seen {
    std::int64_t row = 0;
    std::string cell{};
  };
  struct Column {
    std::string header{};
    ColumnForm form{};
    std::string dates{}, decimal{};
    std::array<Seen, 5> hints{};
  };

  Result<void> settle_numbers(const Column& column, std::string_view currency,
                              ColumnForm& form) const;
  Result<void> settle_dates(const Column& column, ColumnForm& form) const;
  bool is_mark_elsewhere(NumberHint hint) const;
  bool has_no_decimals(std::string_view currency) const;

  std::vector<Column> columns_;
  std::size_t currency_at_;
  bool any_currency_ = false, all_whole_ = true;  // of the currencies that cells name
};

}  // namespace kontor::crm
