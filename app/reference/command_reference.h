// The command line as data: what the man page, the Markdown reference and the shells' completion
// are made of. It comes from the table of verbs and from what each verb defines, so it cannot lag
// behind.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "syntax.h"

namespace kontor::app {

struct VerbReference {
  std::string_view name, summary, details;
  std::vector<std::string> examples;  // command lines
  std::vector<SyntaxEntry> arguments, flags;
  bool takes_settings = false;  // every setting is a flag, too
};

std::vector<VerbReference> command_reference();

// "kontor import ENTITY FILE [flags]".
std::string synopsis(const VerbReference& verb);

// Flags that all verbs share.
std::span<const SyntaxEntry> global_flags();

struct ExitMeaning {
  int code;
  std::string_view meaning;
};
std::span<const ExitMeaning> exit_meanings();

// Where a setting comes from, in a sentence.
std::string_view precedence_text();

}  // namespace kontor::app
