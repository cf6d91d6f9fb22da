#include "output.h"

#include <unistd.h>

#include <cerrno>

#include "base/json_writer.h"
#include "exit_code.h"

namespace kontor::app {
namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string as_line(std::string_view text) {
  std::string line(text);
  if (!line.ends_with('\n')) line.push_back('\n');
  return line;
}

// Every error ends in something to do, also those whose place knew nothing better.
std::string hint_of(const Error& error) {
  if (!error.hint.empty()) return error.hint;
  switch (error.code) {
    case Code::usage: return "kontor --help";
    case Code::disk_full: return "free some space, then run it again";
    case Code::busy:
    case Code::unavailable: return "run it again in a moment";
    default: return "kontor doctor";
  }
}

std::string as_json(const Error& error) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("error").begin_object();
  out.key("code").string(error.kind.empty() ? code_name(error.code) : error.kind);
  out.key("message").string(error.message);
  out.key("try").string(hint_of(error));
  out.key("exit").integer(exit_code(error));
  out.key("errors").begin_array();
  for (const FieldError& field : error.fields) {
    out.begin_object().key("pointer").string(field.pointer);
    out.key("code").string(field.code).key("detail").string(field.detail).end_object();
  }
  out.end_array().end_object().end_object();
  return text;
}

}  // namespace

void Output::print(std::string_view text) {
  if (!write_all(STDOUT_FILENO, as_line(text))) broken_ = true;
}

void Output::note(std::string_view text) {
  if (!style_.quiet) write_all(STDERR_FILENO, as_line(text));
}

std::string Output::headed(const Error& error) const {
  const std::string head = style_.colour ? "\x1b[31mkontor:\x1b[0m " : "kontor: ";
  return head + error.message + "\n";
}

void Output::fail(const Error& error) {
  std::string text = headed(error);
  for (const FieldError& field : error.fields) {
    if (field.detail != error.message) text += "  " + field.detail + "\n";
  }
  text += "try: " + hint_of(error) + "\n";
  if (style_.json) text += as_json(error) + "\n";
  write_all(STDERR_FILENO, text);
}

bool is_colour_terminal(int fd, std::string_view no_color, std::string_view term) {
  return no_color.empty() && term != "dumb" && ::isatty(fd) == 1;
}

}  // namespace kontor::app
