#include "reference/command_reference.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exit_code.h"
#include "verbs.h"

namespace kontor::app {
namespace {

const std::array<SyntaxEntry, 6> k_global_flags = {{
    {.name = "--config",
     .value = "FILE",
     .help = "The settings file; kontor.toml in the data directory."},
    {.name = "--data", .value = "DIR", .help = "The data directory. Default: kontor-data."},
    {.name = "--json", .help = "Data as JSON; errors as JSON, too."},
    {.name = "--quiet", .help = "No messages but errors."},
    {.name = "--verbose", .help = "More messages."},
    {.name = "--help", .help = "Shows the flags of a verb and two worked examples."},
}};

constexpr auto k_exit_meanings = std::to_array<ExitMeaning>({
    {k_exit_ok, "Done."},
    {k_exit_failed, "Failed; the message says why."},
    {k_exit_usage, "A verb, flag, argument or setting is wrong."},
    {k_exit_partly, "Partly done; the message says what is left."},
    {k_exit_not_initialised, "The data directory is not initialised."},
    {k_exit_locked, "Another process works in the data directory, or the server is busy."},
    {k_exit_wrong_key, "Wrong key or passphrase."},
    {k_exit_newer_schema, "The database is newer than the program."},
    {k_exit_verification, "Verification failed: damage, or data that contradict themselves."},
    {k_exit_io_error, "The disk failed or is full, or the output could not be written."},
    {k_exit_interrupted, "Interrupted."},
});

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    lines.emplace_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
  }
  return lines;
}

VerbReference reference_of(const Verb& verb) {
  VerbReference reference{.name = verb.name,
                          .summary = verb.summary,
                          .details = verb.details,
                          .examples = lines_of(verb.examples)};
  const std::unique_ptr<Command> command = verb.make();
  for (const SyntaxEntry& entry : syntax_entries([&](Syntax& out) { command->define(out); })) {
    switch (entry.kind) {
      case SyntaxEntry::Kind::argument: reference.arguments.push_back(entry); break;
      case SyntaxEntry::Kind::flag: reference.flags.push_back(entry); break;
      case SyntaxEntry::Kind::setting: reference.takes_settings = true; break;
    }
  }
  return reference;
}

}  // namespace

std::vector<VerbReference> command_reference() {
  std::vector<VerbReference> all;
  for (const Verb& verb : verbs()) all.push_back(reference_of(verb));
  return all;
}

std::string synopsis(const VerbReference& verb) {
  std::string text = "kontor " + std::string(verb.name);
  for (const SyntaxEntry& argument : verb.arguments) {
    text += argument.required ? " " + argument.name : " [" + argument.name + "]";
  }
  if (!verb.flags.empty() || verb.takes_settings) text += " [FLAG…]";
  return text;
}

std::span<const SyntaxEntry> global_flags() { return k_global_flags; }

std::span<const ExitMeaning> exit_meanings() { return k_exit_meanings; }

std::string_view precedence_text() {
  return "A setting comes from its flag, else from the variable KONTOR_NAME, else from the file "
         "named by KONTOR_NAME_FILE, else from the systemd credential kontor_name, else from the "
         "settings file, else it has its built-in value. organisation, timezone, currency and "
         "default_country can be set in the web UI, too: that counts where none of those places "
         "says anything.";
}

}  // namespace kontor::app
