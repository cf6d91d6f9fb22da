#include "base/json.h"

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json_writer.h"
#include "base/limits.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::size_t k_linear_search_members = 16;

Error refusal(std::string_view reason, std::size_t offset) {
  std::string message = "The text is not valid JSON: ";
  message.append(reason).append(" at byte ").append(std::to_string(offset)).append(".");
  return {.code = Code::malformed, .message = std::move(message), .kind = "bad_json"};
}

// Reads the text for nlohmann and tells everybody how far it got: its SAX events carry no position.
class CountingIterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = char;
  using pointer = const char*;
  using reference = const char&;
  using iterator_category = std::input_iterator_tag;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  const char& operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// One open array or object. The pointer stays good: a parent's vector does not grow while one of
// its elements is open.
struct Level {
  Json* container;
  std::set<std::string, std::less<>> names;  // filled once a linear search would cost too much
};

// Called by nlohmann's parser; builds the tree and refuses what its grammar lets pass.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const char** furthest) : text_(text), furthest_(furthest) {}

  // The names and signatures below are nlohmann's SAX interface.
  bool null() { return add(Json()); }
  bool boolean(bool value) { return add(Json(value)); }
  bool number_integer(std::int64_t value) { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refuse("an integer needs more than 64 bits");
    }
    return add(Json(static_cast<std::int64_t>(value)));
  }
  // The double that nlohmann made is thrown away; integers that do not fit arrive here as well.
  bool number_float(double, const std::string& text) {
    if (text.find_first_of(".eE") == std::string::npos) {
      return refuse("an integer needs more than 64 bits");
    }
    return add(Json(JsonDecimal{text}));
  }
  bool string(std::string& value) {
    if (value.find('\0') != std::string::npos) return refuse("a string holds \\u0000");
    return add(Json(std::move(value)));
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json(JsonObject{})); }
  bool start_array(std::size_t) { return open(Json(JsonArray{})); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name);
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& why);

  Json take() { return std::move(root_); }
  Error take_error() { return std::move(*error_); }

 private:
  std::size_t offset() const { return static_cast<std::size_t>(*furthest_ - text_.data()); }
  bool refuse(std::string_view reason) {
    error_ = refusal(reason, offset());
    return false;
  }
  Json* place(Json value);
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json container);
  bool close() {
    levels_.pop_back();
    return true;
  }
  bool is_known_name(Level& level, const JsonObject& members, const std::string& name);

  std::string_view text_;
  const char** furthest_;
  Json root_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

bool TreeBuilder::key(std::string& name) {
  if (name.find('\0') != std::string::npos) return refuse("a member name holds \\u0000");
  JsonObject& members = *levels_.back().container->object();
  if (is_known_name(levels_.back(), members, name)) {
    return refuse("a member name appears twice in one object");
  }
  members.emplace_back().first = std::move(name);
  return true;
}

bool TreeBuilder::is_known_name(Level& level, const JsonObject& members, const std::string& name) {
  if (members.size() < k_linear_search_members) {
    return level.container->find(name) != nullptr;
  }
  // A tree and not a hash: no choice of names makes it slow.
  if (level.names.empty()) {
    for (const JsonMember& member : members) level.names.insert(member.first);
  }
  return !level.names.insert(name).second;
}

Json* TreeBuilder::place(Json value) {
  if (levels_.empty()) return &(root_ = std::move(value));
  Json& parent = *levels_.back().container;
  if (JsonArray* elements = parent.array()) return &elements->emplace_back(std::move(value));
  return &(parent.object()->back().second = std::move(value));
}

bool TreeBuilder::open(Json container) {
  if (levels_.size() >= static_cast<std::size_t>(limits::json_depth)) {
    return refuse("arrays and objects are nested too deeply");
  }
  levels_.push_back({.container = place(std::move(container)), .names = {}});
  return true;
}

bool TreeBuilder::parse_error(std::size_t, const std::string&,
                              const nlohmann::json::exception& why) {
  constexpr int k_number_overflow = 406;  // nlohmann's number for it
  const std::size_t valid = utf8_valid_prefix(text_);
  if (valid < offset()) {
    error_ = refusal("invalid UTF-8", valid);
  } else if (why.id == k_number_overflow) {
    refuse("a number is too large");
  } else {
    refuse(offset() == text_.size() ? "it ends too early or is wrong" : "unexpected text");
  }
  return false;
}

void append_text(std::string& out, const Json& value);

void append_array(std::string& out, const JsonArray& elements) {
  char separator = '[';
  if (elements.empty()) out.push_back(separator);
  for (const Json& element : elements) {
    out.push_back(std::exchange(separator, ','));
    append_text(out, element);
  }
  out.push_back(']');
}

void append_object(std::string& out, const JsonObject& members) {
  char separator = '{';
  if (members.empty()) out.push_back(separator);
  for (const auto& [name, value] : members) {
    out.push_back(std::exchange(separator, ','));
    append_json_string(out, name);
    out.push_back(':');
    append_text(out, value);
  }
  out.push_back('}');
}

void append_text(std::string& out, const Json& value) {
  if (const auto* elements = value.array()) return append_array(out, *elements);
  if (const auto* members = value.object()) return append_object(out, *members);
  if (const auto* text = value.string()) return append_json_string(out, *text);
  if (const auto* integer = value.integer()) {
    out += std::to_string(*integer);
  } else if (const auto* decimal = value.decimal()) {
    out += decimal->text;
  } else if (const auto* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else {
    out += "null";
  }
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  const JsonObject* members = object();
  if (members == nullptr) return nullptr;
  for (const JsonMember& member : *members) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

std::string_view Json::type_name() const {
  constexpr std::array<std::string_view, 7> names = {"null",   "boolean", "integer", "number",
                                                     "string", "array",   "object"};
  return names[state_.index()];
}

Result<Json> parse_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) return refusal("a byte order mark", 0);
  // nlohmann takes a NUL byte for the end of the text.
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    return refusal("a NUL byte", at);
  }
  const char* furthest = text.data();
  TreeBuilder builder(text, &furthest);
  const bool parsed =
      nlohmann::json::sax_parse(CountingIterator(text.data(), &furthest),
                                CountingIterator(text.data() + text.size(), &furthest), &builder);
  if (!parsed) return builder.take_error();
  return builder.take();
}

std::string to_text(const Json& value) {
  std::string out;
  append_text(out, value);
  return out;
}

std::string pointer_step(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out.push_back(c);
  }
  return out;
}

}  // namespace kontor
