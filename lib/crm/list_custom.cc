#include "crm/list_custom.h"

#include <algorithm>

#include "crm/list_sql.h"
#include "store/sql_functions.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_prefix = "custom.";
constexpr std::size_t k_name_bytes = 60;  // as the web UI lets one make
bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= ' ' &&
         std::string_view("\"\\[]").find(c) == std::string_view::npos;
}

class Condition {
 public:
  explicit Condition(const Filter& filter) : filter_(filter), path_(custom_path(filter.name)) {}

  CustomCondition make() && {
    out_.sql = of_operator();
    return std::move(out_);
  }

 private:
  std::string of_operator() {
    switch (filter_.op) {
      case Op::null:
        return "coalesce(" + value() + ", '')" +
               (std::get<std::int64_t>(filter_.values[0]) != 0 ? " = ''" : " <> ''");
      case Op::ne: return "(" + equals(text(0)) + ") IS NOT 1";
      case Op::like: return resembles(like_pattern(fold_pattern(text(0))));
      case Op::eq:
      case Op::in: return any_equals();
      default: return compares(comparison(filter_.op), text(0));
    }
  }

  const std::string& text(std::size_t i) const { return std::get<std::string>(filter_.values[i]); }
  // What makes a mark is never joined to another that does in one expression: the operands of + are
  // evaluated in any order, and the texts must be in that of the marks.
  std::string mark(std::string text) {
    out_.texts.push_back(std::move(text));
    return "?";
  }
  std::string value() { return "(t.custom ->> " + mark(path_) + ")"; }
  std::string type() { return "json_type(t.custom, " + mark(path_) + ")"; }
  // Has the affinity NUMERIC, by which SQLite takes a text on the other side for the number that it
  // reads as (https://sqlite.org/datatype3.html, 4.2); what is no number stays above all of them.
  std::string number(const std::string& text) { return "CAST(" + mark(text) + " AS NUMERIC)"; }

  std::string resembles(std::string pattern) {
    std::string sql = "fold_text" + value();
    return sql + " LIKE " + mark(std::move(pattern)) + " ESCAPE '\\'";
  }

  std::string any_equals() {
    std::string sql;
    for (std::size_t i = 0; i < filter_.values.size(); ++i)
      sql += (i == 0 ? "(" : " OR ") + equals(text(i));
    return sql + ")";
  }

  std::string equals(const std::string& text) {
    std::string sql = value();
    sql += " = " + mark(text);
    if (store::reads_as_number(text)) {
      sql += " OR " + value();
      sql += " = " + number(text);
    }
    if (text == "true" || text == "false") {
      sql += " OR " + type();
      sql += " = " + mark(text);
    }
    return sql;
  }

  std::string compares(std::string_view comparison, const std::string& text) {
    const bool numeric = store::reads_as_number(text);
    std::string sql = numeric ? "(" : "(" + type() + " = 'text' AND ";
    sql += value();
    sql += std::string(comparison) + (numeric ? number(text) : mark(text));
    // Texts that are no numbers would be more than any number.
    if (numeric) sql += " AND " + value() + " <= CAST(9e999 AS REAL)";
    return sql + ")";
  }

  const Filter& filter_;
  const std::string path_;
  CustomCondition out_;
};

}  // namespace

std::optional<std::string_view> custom_name(std::string_view filter_name) {
  if (!filter_name.starts_with(k_prefix)) return std::nullopt;
  const std::string_view name = filter_name.substr(k_prefix.size());
  if (name.empty() || name.size() > k_name_bytes) return std::nullopt;
  if (!std::all_of(name.begin(), name.end(), is_plain)) return std::nullopt;
  return name;
}

CustomCondition custom_condition(const Filter& filter) { return Condition(filter).make(); }

std::string custom_path(std::string_view filter_name) {
  return "$.\"" + std::string(*custom_name(filter_name)) + "\"";
}

// Every key of a value begins with a digit.
std::string custom_sort_key(bool descending) {
  return std::string("coalesce(sort_key(t.custom ->> ?), '") + (descending ? "" : "~") + "')";
}

}  // namespace kontor::crm
