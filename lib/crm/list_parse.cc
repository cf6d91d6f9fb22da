// From request parameters to a ListQuery, every mistake at once.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/fold.h"
#include "base/limits.h"
#include "base/nearest.h"
#include "crm/access/field_rules.h"
#include "crm/cursor.h"
#include "crm/list.h"
#include "crm/list_custom.h"
#include "crm/list_sql.h"
#include "crm/shape.h"
#include "model/decode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Field;
using model::Kind;

constexpr std::pair<std::string_view, Op> k_operators[] = {
    {"eq", Op::eq},   {"ne", Op::ne}, {"lt", Op::lt},     {"lte", Op::lte},  {"gt", Op::gt},
    {"gte", Op::gte}, {"in", Op::in}, {"like", Op::like}, {"null", Op::null}};

constexpr std::string_view k_any = "any[";

// A statement has 2,000 marks at most (store/connection.cc), and some hundreds may be for whose
// records are seen. A value of a custom field takes as many as six.
constexpr std::size_t k_marks = 1'000;
constexpr std::size_t k_custom_marks = 6;
constexpr std::size_t k_custom_values = 20;  // of one `in`: its expression is deep

// All but filters, which may name a field more than once.
constexpr std::string_view k_parameters[] = {"limit",  "cursor", "sort",  "q",
                                             "fields", "expand", "count", "trash"};

class Parser {
 public:
  Parser(const Entity& entity, ListQuery& query, const Principal& principal)
      : entity_(entity), query_(query), principal_(principal) {}

  void read(const std::string& name, const std::string& value) {
    const auto single = std::find(std::begin(k_parameters), std::end(k_parameters), name);
    if (single != std::end(k_parameters)) {
      bool& given = given_[static_cast<std::size_t>(single - std::begin(k_parameters))];
      if (given) return fault("?" + name, "duplicate", name + " is given twice.");
      given = true;
    }
    if (name == "limit") return read_limit(value);
    if (name == "sort") return read_sort(value);
    if (name == "q") return read_search(value);
    if (name == "cursor") return void(cursor_ = value);
    if (name == "fields") return void(query_.fields = split_names(value));
    if (name == "expand") return void(query_.expand = split_names(value));
    if (name == "count") return read_count(value);
    if (name == "trash") return read_trash(value);
    read_filter(name, value);
  }

  Result<ListQuery> finish() {
    if (query_.sort.empty()) query_.sort = default_order(query_);
    if (!cursor_.empty()) read_cursor();
    put_groups();
    if (filters_ > limits::filters)
      fault("?", "too_many", "At most " + std::to_string(limits::filters) + " filters.");
    if (marks_ > k_marks)
      fault("?", "too_many",
            "At most " + std::to_string(k_marks) +
                " values in all filters; one of a custom field counts for " +
                std::to_string(k_custom_marks) + ".");
    if (Result<Shape> shape = shape_of(principal_, entity_, query_.fields, query_.expand);
        !shape.ok()) {
      std::vector<FieldError>& found = shape.error().code == Code::forbidden ? forbidden_ : errors_;
      for (FieldError& error : shape.error().fields) found.push_back(std::move(error));
    }
    if (!forbidden_.empty()) return fields_forbidden(std::move(forbidden_));
    if (errors_.empty()) return std::move(query_);
    const std::string message =
        errors_.size() == 1 ? errors_.front().detail : "Some parameters cannot be accepted.";
    return Error{.code = Code::malformed,
                 .message = message,
                 .kind = "invalid_parameter",
                 .fields = std::move(errors_)};
  }

 private:
  void fault(const std::string& parameter, std::string code, std::string detail) {
    errors_.push_back({.pointer = parameter, .code = std::move(code), .detail = std::move(detail)});
  }

  void read_limit(const std::string& value) {
    int limit = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
    if (error != std::errc() || end != value.data() + value.size() || limit < 1 ||
        limit > limits::page_max)
      return fault("?limit", "out_of_range",
                   "limit must be a number from 1 to " + std::to_string(limits::page_max) + ".");
    query_.limit = limit;
  }

  void read_sort(const std::string& value) {
    for (std::string& name : split_names(value)) {
      SortKey key{.name = name, .descending = name.starts_with('-')};
      if (key.descending) key.name.erase(0, 1);
      if (is_hidden(key.name)) {
        forbidden_.push_back(hidden_field("?sort", key.name));
      } else if (!is_sortable(entity_, key.name)) {
        fault("?sort", "unknown_sort",
              "Cannot sort by \"" + key.name + "\"; possible: " + sortable_names(entity_) + ".");
      } else if (std::any_of(query_.sort.begin(), query_.sort.end(),
                             [&](const SortKey& k) { return k.name == key.name; })) {
        fault("?sort", "duplicate", "\"" + key.name + "\" is named twice.");
      } else {
        query_.sort.push_back(std::move(key));
      }
    }
    if (query_.sort.size() > static_cast<std::size_t>(limits::sort_keys))
      fault("?sort", "too_many", "At most " + std::to_string(limits::sort_keys) + " sort keys.");
  }

  // Whoever could search what she does not see could guess it word by word.
  void read_search(const std::string& value) {
    for (const Field& field : entity_.fields)
      if (field.search && is_hidden(field.name))
        forbidden_.push_back(hidden_field("?q", field.name));
    query_.search = match_expression(fold_search(value));
    if (!value.empty() && query_.search.empty())
      fault("?q", "nothing_to_find", "q must hold at least one letter or digit.");
  }

  void read_count(const std::string& value) {
    if (value != "exact") return fault("?count", "invalid_choice", "count can be: exact.");
    query_.count = true;
  }

  void read_trash(const std::string& value) {
    if (value != "only") return fault("?trash", "invalid_choice", "trash can be: only.");
    query_.trash = Trash::only;
  }

  void read_cursor() {
    const auto after = decode_cursor(order_signature(query_), cursor_);
    if (!after || !is_position(query_, *after))
      return fault("?cursor", "invalid_cursor",
                   "The cursor is not of this list and order: begin again without it.");
    query_.after = *after;
  }

  // name=v or name[op]=v, or any[1]. before either
  void read_filter(const std::string& parameter, const std::string& value) {
    std::vector<Filter>* into = &query_.filters;
    std::string_view rest = parameter;
    if (rest.starts_with(k_any)) {
      into = group_of(rest);
      if (into == nullptr)
        return fault("?" + parameter, "malformed",
                     "Write any[1].field[op]=value, with a number from 1 to " +
                         std::to_string(k_any_groups) + ".");
    }
    if (auto filter = read_comparison(parameter, std::string(rest), value)) {
      into->push_back(*std::move(filter));
      ++filters_;
    }
  }

  // The group whose number `rest` begins with, and `rest` behind it; null: there is none.
  std::vector<Filter>* group_of(std::string_view& rest) {
    rest.remove_prefix(k_any.size());
    if (rest.size() < 3 || !rest.substr(1).starts_with("].")) return nullptr;
    const int number = rest[0] - '0';
    if (number < 1 || number > k_any_groups) return nullptr;
    rest.remove_prefix(3);
    return &groups_[static_cast<std::size_t>(number - 1)];
  }

  void put_groups() {
    for (std::vector<Filter>& group : groups_)
      if (!group.empty()) query_.any.push_back(std::move(group));
  }

  // `comparison`: name or name[op]. What is wrong is said of `parameter`.
  std::optional<Filter> read_comparison(const std::string& parameter, const std::string& comparison,
                                        const std::string& value) {
    const auto bracket = comparison.find('[');
    Filter filter{.name = comparison.substr(0, bracket), .op = Op::eq, .values = {}};
    const auto field = filter_field(entity_, filter.name);
    if (!field) return unknown(parameter, filter.name);
    if (is_hidden(filter.name)) {
      forbidden_.push_back(hidden_field("?" + parameter, filter.name));
      return std::nullopt;
    }
    if (bracket != std::string::npos) {
      const auto op = read_operator(parameter, *field, comparison.substr(bracket));
      if (!op) return std::nullopt;
      filter.op = *op;
    }
    if (!read_values(parameter, *field, filter, value)) return std::nullopt;
    return filter;
  }

  // "[op]"
  std::optional<Op> read_operator(const std::string& parameter, const Field& field,
                                  std::string_view text) {
    if (!text.ends_with(']')) {
      fault("?" + parameter, "malformed", "Write field[op]=value.");
      return std::nullopt;
    }
    const std::string name(text.substr(1, text.size() - 2));
    const auto* op = std::find_if(std::begin(k_operators), std::end(k_operators),
                                  [&](const auto& o) { return o.first == name; });
    if (op != std::end(k_operators) && allows(field, op->second)) return op->second;
    fault("?" + parameter, "unknown_operator",
          "\"" + name + "\" is no operator of " + std::string(field.name) +
              "; possible: " + operators_of(field) + ".");
    return std::nullopt;
  }

  std::optional<Filter> unknown(const std::string& parameter, const std::string& name) {
    std::vector<std::string_view> names(std::begin(k_parameters), std::end(k_parameters));
    for (const Field& field : entity_.fields) names.push_back(field.name);
    const auto near = nearest(name, names);
    fault("?" + parameter, "unknown_field",
          "There is no field or parameter \"" + name + "\"." +
              (near ? " Did you mean \"" + std::string(*near) + "\"?" : ""));
    return std::nullopt;
  }

  bool read_values(const std::string& parameter, const Field& field, Filter& filter,
                   const std::string& value) {
    std::vector<std::string> texts = {value};
    if (filter.op == Op::in) texts = split_names(value);
    const bool custom = field.kind == Kind::custom;
    const std::size_t most = custom ? k_custom_values : std::size_t{limits::in_values};
    if (texts.empty() || texts.size() > most) {
      fault("?" + parameter, "out_of_range", "in takes 1 to " + std::to_string(most) + " values.");
      return false;
    }
    marks_ += texts.size() * (custom ? k_custom_marks : 1);
    Field as = field;
    if (filter.op == Op::null)
      as = {.name = field.name, .label = field.label, .kind = Kind::boolean};
    else if (filter.op == Op::like || field.kind == Kind::tags || field.kind == Kind::email ||
             field.kind == Kind::custom)
      as = {.name = field.name, .label = field.label, .kind = Kind::text, .max = 254};
    for (const std::string& text : texts) {
      model::Decoded decoded = model::from_text(as, text);
      if (!decoded.error && model::is_null(decoded.value))
        decoded.error = FieldError{.pointer = "",
                                   .code = "required",
                                   .detail = "A value is missing; to find empty ones write " +
                                             filter.name + "[null]=true."};
      if (!decoded.error && filter.op == Op::like && !can_match(field, text))
        decoded.error = FieldError{.pointer = "",
                                   .code = "nothing_to_find",
                                   .detail = "Must hold a letter, a digit or a %."};
      if (decoded.error) {
        fault("?" + parameter, decoded.error->code, decoded.error->detail);
        return false;
      }
      filter.values.push_back(std::move(decoded.value));
    }
    return true;
  }

  // Folded text is compared without punctuation: of "--" nothing would be left to look for.
  static bool can_match(const Field& field, const std::string& text) {
    return !(model::has_fold(field) || field.kind == Kind::custom) ||
           text.find('%') != std::string::npos || !fold_search(text).empty();
  }

  static std::string operators_of(const Field& field) {
    std::string names;
    for (const auto& [name, op] : k_operators) {
      if (allows(field, op)) names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
  }

  bool is_hidden(std::string_view name) const {
    const auto position = model::find_field(entity_, custom_name(name) ? "custom" : name);
    return position && principal_.rights.field(entity_, *position) == FieldAccess::hidden;
  }

  const Entity& entity_;
  ListQuery& query_;
  const Principal& principal_;
  bool given_[std::size(k_parameters)] = {};
  std::string cursor_;
  std::vector<FieldError> errors_, forbidden_;
  std::array<std::vector<Filter>, k_any_groups> groups_;
  int filters_ = 0;
  std::size_t marks_ = 0;
};

}  // namespace

Result<ListQuery> parse_list(const Entity& entity,
                             const std::vector<std::pair<std::string, std::string>>& params,
                             const Principal& principal) {
  TRY(require(principal, entity, Act::read));
  ListQuery query{.entity = &entity, .limit = limits::page_default};
  Parser parser(entity, query, principal);
  for (const auto& [name, value] : params) parser.read(name, value);
  return parser.finish();
}

}  // namespace kontor::crm
