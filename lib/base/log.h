// The event log: one line per event, as text for people or as JSON for collectors.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"

namespace kontor {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

// "debug", "info", "warn", "error"; nullopt for anything else.
std::optional<LogLevel> parse_log_level(std::string_view text);

// The setting log_format ("auto", "text", "json"): auto is text on a terminal, JSON elsewhere.
LogFormat choose_log_format(std::string_view setting, bool on_terminal);

// A named value of an event. Views must live until the call returns. Values of keys that sound
// like a secret (password, token, cookie, …) never reach the log, whatever they hold.
struct LogField {
  std::string_view key;  // snake_case
  std::variant<std::string_view, std::int64_t, bool> value;
  bool personal = false;  // e-mail address, phone number, name: only a hint of it is written
};

// Where lines go. write() is called by many threads at once and must not fail the caller.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // `line` is complete and ends with a line feed.
  virtual void write(std::string_view line) = 0;
};

// Writes to a file descriptor that it does not own, each line with one write(2) unless the kernel
// takes only a part. A reader that went away or a full disk loses lines, never the process; for
// that the program must ignore SIGPIPE.
class FdLogSink final : public LogSink {
 public:
  explicit FdLogSink(int fd) : fd_(fd) {}
  void write(std::string_view line) override;
  // Lines that could not be written in full.
  std::int64_t lost_lines() const { return lost_lines_; }

 private:
  int fd_;
  std::mutex mutex_;
  std::atomic<std::int64_t> lost_lines_ = 0;
};

// Thread-safe. Keeps references to clock and sink, which must outlive it.
class Logger {
 public:
  Logger(const Clock& clock, LogSink& sink, LogFormat format, LogLevel level)
      : clock_(clock), sink_(sink), format_(format), level_(level) {}

  // May change while others log.
  void set_level(LogLevel level) { level_ = level; }
  LogLevel level() const { return level_; }
  bool enabled(LogLevel level) const { return level >= level_; }

  using Fields = std::initializer_list<LogField>;
  // `message` is a short constant sentence; what varies belongs into fields.
  void log(LogLevel level, std::string_view message, std::span<const LogField> fields) const;
  void debug(std::string_view message, Fields fields = {}) const;
  void info(std::string_view message, Fields fields = {}) const;
  void warn(std::string_view message, Fields fields = {}) const;
  void error(std::string_view message, Fields fields = {}) const;

 private:
  const Clock& clock_;
  LogSink& sink_;
  LogFormat format_;
  std::atomic<LogLevel> level_;
};

}  // namespace kontor
