// One line on the terminal that is written over as the work goes on.
#pragma once

#include <string_view>

namespace kontor::app {

// On stderr, if that is a terminal; else it says nothing. For one thread.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  void show(std::string_view text);
  void clear();

 private:
  bool enabled_;
  bool shown_ = false;
};

}  // namespace kontor::app
