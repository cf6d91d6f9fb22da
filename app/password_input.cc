#include "password_input.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/small_file.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_most_bytes = 8 * 1024;  // far beyond any password

// For as long as it lives; nothing on what is no terminal.
class HiddenInput {
 public:
  HiddenInput() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    ask("Password: ");
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  ~HiddenInput() {
    if (!changed_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    ask("\n");
  }

 private:
  static void ask(std::string_view text) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  }

  termios before_{};
  bool changed_ = false;
};

Error usage(std::string message) {
  return {.code = Code::usage,
          .message = std::move(message),
          .kind = "usage",
          .hint = "printf %s \"$PASSWORD\" | kontor … --password-stdin"};
}

// A line of a terminal, all of anything else.
Result<std::string> read_stdin() {
  const bool on_terminal = ::isatty(STDIN_FILENO) == 1;
  const HiddenInput hidden;
  std::string text;
  std::array<char, 1024> piece{};
  while (text.size() <= k_most_bytes) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (on_terminal && text.ends_with('\n')) break;
  }
  if (text.size() > k_most_bytes) return usage("That is too long for a password.");
  return text;
}

}  // namespace

Result<std::string> read_password(bool from_stdin, const std::string& file) {
  if (!from_stdin && file.empty()) return std::string();
  if (from_stdin && !file.empty())
    return usage("--password-stdin and --password-file exclude each other.");
  std::string text = from_stdin ? TRY(read_stdin()) : TRY(read_small_file(file, k_most_bytes));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return usage("The password that was given is empty.");
  return text;
}

}  // namespace kontor::app
