// What a command says: data on stdout, messages on stderr.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace kontor::app {

// For one thread.
class Output {
 public:
  struct Style {
    bool json = false;   // errors also as one JSON object
    bool quiet = false;  // no notes
    bool colour = false;
  };

  void set_style(Style style) { style_ = style; }

  // Data, written at once and in full, with a line feed at its end.
  void print(std::string_view text);
  // A message for a person; left out by --quiet.
  void note(std::string_view text);
  // One line on what is wrong, one for each further finding, and a line `try: …`.
  void fail(const Error& error);

  // stdout could not take all that was printed (a full disk, a reader that went away).
  bool is_broken() const { return broken_; }

 private:
  std::string headed(const Error& error) const;

  Style style_;
  bool broken_ = false;
};

// Is this descriptor a terminal that may be coloured? NO_COLOR (set, not empty) says no.
bool is_colour_terminal(int fd, std::string_view no_color, std::string_view term);

}  // namespace kontor::app
