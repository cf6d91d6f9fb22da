#include "reference/markdown.h"

#include "base/config_text.h"
#include "reference/command_reference.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_made_by = "<!-- Made by `kontor help --markdown`; do not edit. -->\n";
constexpr std::string_view k_settings_made_by =
    "<!-- Made by `kontor config docs`; do not edit. -->\n";

// A bar would end the cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string row(const SyntaxEntry& entry) {
  const std::string name = entry.value.empty() ? entry.name : entry.name + " " + entry.value;
  return "| `" + name + "` | " + cell(entry.help) + " |\n";
}

std::string verb_section(const VerbReference& verb) {
  std::string text = "\n## " + std::string(verb.name) + "\n\n" + std::string(verb.summary) + "\n";
  if (!verb.details.empty()) text += "\n" + std::string(verb.details) + "\n";
  text += "\n```sh\n" + synopsis(verb) + "\n```\n";
  if (!verb.arguments.empty() || !verb.flags.empty()) text += "\n| | |\n|---|---|\n";
  for (const SyntaxEntry& argument : verb.arguments) text += row(argument);
  for (const SyntaxEntry& flag : verb.flags) text += row(flag);
  if (verb.takes_settings) text += "\nEvery [setting](settings.md) is a flag, too.\n";
  text += "\nExamples:\n\n```sh\n";
  for (const std::string& example : verb.examples) text += example + "\n";
  return text + "```\n";
}

}  // namespace

std::string command_line_page() {
  std::string text(k_made_by);
  text +=
      "# Command line\n\n`kontor [FLAG…] VERB …`. Data goes to standard output, messages to "
      "standard error. Every error\nsays what is wrong in one line and what to do in another "
      "(`try: …`). If a server holds the data\ndirectory, verbs that change data work through "
      "it.\n\n## All verbs\n\n| | |\n|---|---|\n";
  for (const SyntaxEntry& flag : global_flags()) text += row(flag);
  text += "\n## Exit codes\n\n| code | means |\n|---|---|\n";
  for (const ExitMeaning& exit : exit_meanings()) {
    text += "| " + std::to_string(exit.code) + " | " + std::string(exit.meaning) + " |\n";
  }
  for (const VerbReference& verb : command_reference()) text += verb_section(verb);
  return text;
}

std::string settings_page() {
  return std::string(k_settings_made_by) + "# Settings\n\n" + std::string(precedence_text()) +
         "\n`kontor config show --origin` tells which one holds.\n\n" + config_reference();
}

}  // namespace kontor::app
