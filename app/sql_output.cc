#include "sql_output.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json_writer.h"

namespace kontor::app {
namespace {

using store::FreeValue;

constexpr std::size_t k_piece_bytes = 64 * 1024;

std::string value_text(const FreeValue& value) {
  return value.kind == FreeValue::Kind::blob ? hex_text(value.bytes) : std::string(value.bytes);
}

// Control characters would move the terminal's cursor, or hide what stands there.
std::string visible(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return text;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class Table final : public SqlOutput {
 public:
  explicit Table(Print print) : print_(std::move(print)) {}

  void columns(const std::vector<std::string>& names) override {
    rows_.clear();
    widths_.assign(names.size(), 0);
    std::vector<std::string> head;
    head.reserve(names.size());
    for (const std::string& name : names) head.push_back(visible(name));
    add(std::move(head));
  }

  bool row(std::span<const FreeValue> values) override {
    std::vector<std::string> cells;
    for (const FreeValue& value : values) {
      cells.push_back(value.kind == FreeValue::Kind::null ? "NULL" : visible(value_text(value)));
    }
    add(std::move(cells));
    return true;
  }

  void end(std::int64_t changes) override {
    std::string text;
    for (const auto& cells : rows_) {
      append_line(text, cells);
      if (&cells == &rows_.front()) append_rule(text);
    }
    if (widths_.empty()) text = std::to_string(changes) + " rows changed\n";
    print_(text);
  }

 private:
  void add(std::vector<std::string> cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], width_of(cells[i]));
    }
    rows_.push_back(std::move(cells));
  }

  void append_line(std::string& text, const std::vector<std::string>& cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      line += cells[i];
      if (i + 1 < cells.size()) line.append(widths_[i] - width_of(cells[i]), ' ');
    }
    text += line + "\n";
  }

  void append_rule(std::string& text) const {
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      text.append(i > 0 ? 2 : 0, ' ').append(widths_[i], '-');
    }
    text += "\n";
  }

  Print print_;
  std::vector<std::vector<std::string>> rows_;  // the first: the names
  std::vector<std::size_t> widths_;
};

// RFC 4180, but for line ends, which are those of the shell's tools.
class Csv final : public SqlOutput {
 public:
  explicit Csv(Print print) : print_(std::move(print)) {}

  void columns(const std::vector<std::string>& names) override {
    for (const std::string& name : names) append_cell(name, &name == &names.front());
    if (!names.empty()) text_ += "\n";
  }

  bool row(std::span<const FreeValue> values) override {
    for (const FreeValue& value : values) append_cell(value_text(value), &value == &values.front());
    text_ += "\n";
    return text_.size() < k_piece_bytes || write_out();
  }

  void end(std::int64_t) override { write_out(); }

 private:
  bool write_out() { return text_.empty() || print_(std::exchange(text_, {})); }

  void append_cell(std::string_view cell, bool first) {
    if (!first) text_ += ",";
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
      text_ += cell;
      return;
    }
    text_ += '"';
    for (const char c : cell) text_.append(c == '"' ? 2 : 1, c);
    text_ += '"';
  }

  Print print_;
  std::string text_;
};

class JsonLines final : public SqlOutput {
 public:
  explicit JsonLines(Print print) : print_(std::move(print)) {}

  void columns(const std::vector<std::string>& names) override {
    text_.clear();
    out_.emplace(text_);
    out_->begin_object().key("columns").begin_array();
    for (const std::string& name : names) out_->string(name);
    out_->end_array().key("rows").begin_array();
  }

  bool row(std::span<const FreeValue> values) override {
    out_->begin_array();
    for (const FreeValue& value : values) write(value);
    out_->end_array();
    return true;
  }

  void end(std::int64_t changes) override {
    out_->end_array().key("changes").integer(changes).end_object();
    print_(text_ + "\n");
  }

 private:
  void write(const FreeValue& value) {
    switch (value.kind) {
      case FreeValue::Kind::null: out_->null(); break;
      case FreeValue::Kind::integer: out_->raw(value.bytes); break;
      case FreeValue::Kind::real: write_real(value.bytes); break;
      default: out_->string(value_text(value));
    }
  }

  void write_real(std::string_view text) {
    const bool finite = text.find('I') == std::string_view::npos;  // Inf, -Inf
    if (finite) {
      out_->raw(text);
    } else {
      out_->string(text);
    }
  }

  Print print_;
  std::string text_;
  std::optional<JsonWriter> out_;
};

}  // namespace

std::unique_ptr<SqlOutput> SqlOutput::make(SqlFormat format, Print print) {
  switch (format) {
    case SqlFormat::csv: return std::make_unique<Csv>(std::move(print));
    case SqlFormat::json: return std::make_unique<JsonLines>(std::move(print));
    case SqlFormat::table: break;
  }
  return std::make_unique<Table>(std::move(print));
}

std::string hex_text(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

}  // namespace kontor::app
