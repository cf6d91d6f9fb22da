#include "base/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/log_redact.h"

namespace kontor {
namespace {

constexpr std::array<std::string_view, 4> k_level_names = {"debug", "info", "warn", "error"};
constexpr std::size_t k_level_width = 5;
constexpr std::string_view k_redacted = "[redacted]";

std::string_view level_name(LogLevel level) {
  return k_level_names[static_cast<std::size_t>(level)];
}

std::string shown_text(const LogField& field, std::string_view text) {
  if (is_secret_key(field.key)) return std::string(k_redacted);
  return field.personal ? mask_personal(text) : std::string(text);
}

void append_json_field(JsonWriter& writer, const LogField& field) {
  writer.key(field.key);
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    writer.string(shown_text(field, *text));
  } else if (is_secret_key(field.key)) {
    writer.string(k_redacted);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    writer.integer(*number);
  } else {
    writer.boolean(std::get<bool>(field.value));
  }
}

std::string json_line(std::int64_t now_ms, LogLevel level, std::string_view message,
                      std::span<const LogField> fields) {
  std::string line;
  JsonWriter writer(line);
  writer.begin_object().key("time").string(format_instant(now_ms));
  writer.key("level").string(level_name(level)).key("msg").string(message);
  for (const LogField& field : fields) append_json_field(writer, field);
  writer.end_object();
  return line;
}

// Printable ASCII without blanks and marks that part fields stands bare; all else is written as a
// JSON string, so that no value can end the line or send a control sequence to the terminal.
bool is_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  });
}

// U+0080 to U+009F steer terminals as well (0x9B is "escape [").
std::string without_c1_controls(std::string text) {
  for (std::size_t at = text.find('\xC2'); at != std::string::npos;
       at = text.find('\xC2', at + 1)) {
    const bool control = at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (control) text.replace(at, 2, "?");
  }
  return text;
}

void append_text_value(std::string& line, std::string_view value) {
  if (is_bare(value)) {
    line.append(value);
    return;
  }
  std::string quoted;
  append_json_string(quoted, value);
  line.append(without_c1_controls(std::move(quoted)));
}

void append_text_field(std::string& line, const LogField& field) {
  line.append(" ").append(field.key).append("=");
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_text_value(line, shown_text(field, *text));
  } else if (is_secret_key(field.key)) {
    line.append(k_redacted);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    line.append(std::to_string(*number));
  } else {
    line.append(std::get<bool>(field.value) ? "true" : "false");
  }
}

std::string text_line(std::int64_t now_ms, LogLevel level, std::string_view message,
                      std::span<const LogField> fields) {
  std::string line = format_instant(now_ms);
  const std::string_view name = level_name(level);
  line.append(" ").append(name).append(k_level_width - name.size() + 1, ' ');
  std::string quoted;
  append_json_string(quoted, message);
  line.append(without_c1_controls(quoted.substr(1, quoted.size() - 2)));
  for (const LogField& field : fields) append_text_field(line, field);
  return line;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  const auto found = std::find(k_level_names.begin(), k_level_names.end(), text);
  if (found == k_level_names.end()) return std::nullopt;
  return static_cast<LogLevel>(found - k_level_names.begin());
}

LogFormat choose_log_format(std::string_view setting, bool on_terminal) {
  if (setting == "text") return LogFormat::text;
  if (setting == "json") return LogFormat::json;
  return on_terminal ? LogFormat::text : LogFormat::json;
}

void FdLogSink::write(std::string_view line) {
  // The lock keeps lines whole that are longer than the kernel takes at once (PIPE_BUF on pipes).
  const std::lock_guard lock(mutex_);
  while (!line.empty()) {
    const ssize_t written = ::write(fd_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      ++lost_lines_;
      return;
    }
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Logger::log(LogLevel level, std::string_view message, std::span<const LogField> fields) const {
  if (!enabled(level)) return;
  const std::int64_t now_ms = clock_.now_ms();
  std::string line = format_ == LogFormat::json ? json_line(now_ms, level, message, fields)
                                                : text_line(now_ms, level, message, fields);
  line.push_back('\n');
  sink_.write(line);
}

void Logger::debug(std::string_view message, Fields fields) const {
  log(LogLevel::debug, message, {fields.begin(), fields.size()});
}

void Logger::info(std::string_view message, Fields fields) const {
  log(LogLevel::info, message, {fields.begin(), fields.size()});
}

void Logger::warn(std::string_view message, Fields fields) const {
  log(LogLevel::warn, message, {fields.begin(), fields.size()});
}

void Logger::error(std::string_view message, Fields fields) const {
  log(LogLevel::error, message, {fields.begin(), fields.size()});
}

}  // namespace kontor
