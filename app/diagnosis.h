// The checks of `doctor`. They read and never change anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "session.h"

namespace kontor::app {

enum class Verdict {
  fine,
  attention,  // works, but someone should look
  broken,     // fails, or will
  corrupt,    // the data contradict themselves
};

struct Finding {
  std::string name;  // "schema", "invariant.orders_add_up"
  Verdict verdict = Verdict::fine;
  std::string meaning;               // what was looked at, in a sentence
  std::vector<std::string> details;  // what was found
  std::string hint = {};             // what to do about it
};

// All checks that make sense here; a later one is left out where an earlier one has found that
// there is nothing to look at.
std::vector<Finding> diagnose(const Session& session);

}  // namespace kontor::app
