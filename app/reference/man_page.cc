#include "reference/man_page.h"

#include "base/setting.h"
#include "reference/command_reference.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_ellipsis = "…";

// A line that begins with a point or an apostrophe is a command to troff; a hyphen that is to be
// copied needs a backslash.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.starts_with(k_ellipsis)) {
      out += "...";
      text.remove_prefix(k_ellipsis.size() - 1);
      continue;
    }
    const char c = text.front();
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_start = c == '\n';
  }
  return out;
}

std::string heading(std::string_view name) { return ".SH " + std::string(name) + "\n"; }

std::string entry_text(const SyntaxEntry& entry) {
  std::string head = "\\fB" + escaped(entry.name) + "\\fR";
  if (!entry.value.empty()) head += " \\fI" + escaped(entry.value) + "\\fR";
  return ".TP\n" + head + "\n" + escaped(entry.help) + "\n";
}

std::string verb_text(const VerbReference& verb) {
  std::string text = ".SS " + escaped(synopsis(verb)) + "\n" + escaped(verb.summary) + "\n";
  if (!verb.details.empty()) text += escaped(verb.details) + "\n";
  for (const SyntaxEntry& argument : verb.arguments) text += entry_text(argument);
  for (const SyntaxEntry& flag : verb.flags) text += entry_text(flag);
  text += ".PP\n";
  if (verb.takes_settings) text += "Every setting is a flag, too.\n.PP\n";
  text += "Examples:\n.PP\n.nf\n";
  for (const std::string& example : verb.examples) text += escaped("    " + example) + "\n";
  return text + ".fi\n";
}

std::string settings_text() {
  std::string text = heading("SETTINGS") + escaped(precedence_text()) + "\n";
  for (const Setting& setting : settings()) {
    text += entry_text({.name = std::string(setting.name), .help = std::string(setting.help)});
  }
  return text;
}

}  // namespace

std::string man_page(std::string_view version) {
  std::string text = ".TH KONTOR 1 \"\" \"Kontor " + escaped(version) + "\" \"User commands\"\n";
  text += heading("NAME") + "kontor \\- a CRM server for small firms in one program\n";
  text += heading("SYNOPSIS") + ".B kontor\n[\\fIFLAG\\fR...] \\fIVERB\\fR ...\n";
  text += heading("DESCRIPTION") +
          "Serves customers, products and orders from one data directory, over HTTP and to its web "
          "pages.\nData goes to standard output, messages to standard error. If a server holds the "
          "data directory,\nverbs that change data work through it.\n";
  text += heading("OPTIONS");
  for (const SyntaxEntry& flag : global_flags()) text += entry_text(flag);
  text += heading("VERBS");
  for (const VerbReference& verb : command_reference()) text += verb_text(verb);
  text += heading("EXIT STATUS");
  for (const ExitMeaning& exit : exit_meanings()) {
    text += entry_text({.name = std::to_string(exit.code), .help = std::string(exit.meaning)});
  }
  return text + settings_text();
}

}  // namespace kontor::app
