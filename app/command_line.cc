#include "command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "base/nearest.h"

namespace kontor::app {
namespace {

constexpr const char* k_description =
    "Kontor, a CRM server in one program: customers, products and orders in one data directory.";
constexpr const char* k_examples =
    "Examples:\n"
    "  kontor --data ./data init         make a data directory\n"
    "  kontor --data ./data serve        serve it on http://127.0.0.1:8080";

void add_globals(CLI::App& app, GlobalFlags& flags) {
  constexpr const char* group = "All verbs";
  app.get_formatter()->enable_footer_formatting(false);
  app.set_help_flag("-h,--help", "Shows this text.")->group(group);
  app.add_option("--config", flags.config, "The settings file; kontor.toml in the data directory.")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--data", flags.data, "The data directory. Default: kontor-data.")
      ->type_name("DIR")
      ->group(group);
  app.add_flag("--json", flags.json, "Data as JSON; errors as JSON, too.")->group(group);
  app.add_flag("--quiet", flags.quiet, "No messages but errors.")->group(group);
  app.add_flag("--verbose", flags.verbose, "More messages.")->group(group);
}

std::string described(const Verb& verb) {
  std::string text(verb.summary);
  if (!verb.details.empty()) text.append("\n").append(verb.details);
  return text;
}

// A verb with its command, for the time of the parse.
struct Offer {
  const Verb* verb;
  CLI::App* app;
  std::unique_ptr<Command> command;
};

std::vector<Offer> offer_verbs(CLI::App& root, GlobalFlags& flags) {
  std::vector<Offer> offers;
  for (const Verb& verb : verbs()) {
    CLI::App* app = root.add_subcommand(std::string(verb.name), described(verb));
    app->allow_extras()->footer("Examples:\n" + std::string(verb.examples));
    add_globals(*app, flags);
    Offer offer{&verb, app, verb.make()};
    Syntax syntax(*app);
    offer.command->define(syntax);
    offers.push_back(std::move(offer));
  }
  return offers;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string nearest_of(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto found = nearest(word, views);
  return found ? std::string(*found) : std::string();
}

Error not_understood(std::string message, const std::string& meant, const std::string& help) {
  if (!meant.empty()) message += " Did you mean " + meant + "?";
  return {.code = Code::usage, .message = std::move(message), .kind = "usage", .hint = help};
}

Error unknown_verb(const std::string& word) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  return not_understood("There is no verb " + word + ".", nearest_of(word, names), "kontor --help");
}

Error unknown_argument(const CLI::App& app, const std::vector<std::string>& rest) {
  const bool at_root = app.get_parent() == nullptr;
  const std::string help = at_root ? "kontor --help" : "kontor " + app.get_name() + " --help";
  const auto flag =
      std::ranges::find_if(rest, [](const std::string& word) { return word.starts_with('-'); });
  if (flag != rest.end()) {
    const std::string name = flag->substr(0, flag->find('='));
    return not_understood("There is no flag " + name + ".", nearest_of(name, flag_names(app)),
                          help);
  }
  if (at_root) return unknown_verb(rest.front());
  return not_understood("Nothing is known to do with \"" + rest.front() + "\".", "", help);
}

// The parser's own words for a missing value or a number that is none.
Error parse_error(const CLI::App& root, const CLI::ParseError& failure) {
  const auto chosen = root.get_subcommands();
  const std::string verb = chosen.empty() ? "" : chosen.front()->get_name() + " ";
  std::string message = failure.what();
  std::ranges::replace(message, '\n', ' ');
  return not_understood(message + (message.ends_with('.') ? "" : "."), "",
                        "kontor " + verb + "--help");
}

Result<CommandLine> chosen_command(CLI::App& root, std::vector<Offer>& offers) {
  const std::vector<std::string> rest = root.remaining();
  if (!rest.empty()) return unknown_argument(root, rest);
  for (Offer& offer : offers) {
    if (!offer.app->parsed()) continue;
    const std::vector<std::string> extra = offer.app->remaining();
    if (!extra.empty()) return unknown_argument(*offer.app, extra);
    return CommandLine{.flags = {}, .command = std::move(offer.command), .text = {}};
  }
  return Error{.code = Code::usage,
               .message = "A verb is missing.",
               .kind = "usage",
               .hint = "kontor --help lists them; kontor serve starts the server"};
}

}  // namespace

Result<CommandLine> parse_command_line(std::vector<std::string> arguments) {
  GlobalFlags flags;
  CLI::App root(k_description, "kontor");
  root.allow_extras()->footer(k_examples);
  root.require_subcommand(0, 1);  // an argument that reads like a verb is none: `kontor help serve`
  add_globals(root, flags);
  std::vector<Offer> offers = offer_verbs(root, flags);
  std::ranges::reverse(arguments);  // the parser takes them from the end
  try {
    root.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return CommandLine{.flags = flags, .command = nullptr, .text = root.help()};
  } catch (const CLI::ParseError& failure) {
    return parse_error(root, failure);
  }
  CommandLine line = TRY(chosen_command(root, offers));
  line.flags = std::move(flags);
  return line;
}

}  // namespace kontor::app
