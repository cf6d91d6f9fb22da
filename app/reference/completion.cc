#include "reference/completion.h"

#include <algorithm>
#include <array>

#include "base/setting.h"
#include "reference/command_reference.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_shells = {"bash", "zsh", "fish"};

// Words to choose from, by verb: its flags, and what its arguments may be.
struct VerbWords {
  std::string name, summary;
  std::vector<std::string> flags;       // with and without a value
  std::vector<std::string> with_value;  // those that take one
  std::vector<std::string> choices;
};

void add_flag(VerbWords& words, const SyntaxEntry& flag) {
  words.flags.push_back(flag.name);
  if (!flag.value.empty()) words.with_value.push_back(flag.name);
}

VerbWords words_of(const VerbReference& verb) {
  VerbWords words{.name = std::string(verb.name), .summary = std::string(verb.summary)};
  for (const SyntaxEntry& flag : verb.flags) add_flag(words, flag);
  for (const SyntaxEntry& flag : global_flags()) add_flag(words, flag);
  if (verb.takes_settings) {
    for (const Setting& setting : settings()) {
      if (!has_setting_flag(setting)) continue;
      words.flags.push_back(flag_name(setting));
      words.with_value.push_back(flag_name(setting));
    }
  }
  for (const SyntaxEntry& argument : verb.arguments) {
    words.choices.insert(words.choices.end(), argument.choices.begin(), argument.choices.end());
  }
  return words;
}

std::vector<VerbWords> all_words() {
  std::vector<VerbWords> all;
  for (const VerbReference& verb : command_reference()) all.push_back(words_of(verb));
  return all;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

// Inside single quotes.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string verb_names(const std::vector<VerbWords>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const VerbWords& verb : all) names.push_back(verb.name);
  return joined(names, " ");
}

// Sets `verb` to the first word that is one, passing over the values of flags.
constexpr std::string_view k_bash_head = R"(# bash completion for kontor
_kontor() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local verb= words= choices= values='--config --data' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --config | --data) ((i++)) ;;
      -*) ;;
      *) verb=${COMP_WORDS[i]}; break ;;
    esac
  done
  case $verb in
)";

constexpr std::string_view k_bash_tail = R"(  esac
  if [[ " $values " == *" $previous "* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
    if [[ ${#COMPREPLY[@]} -eq 0 && -n $verb ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$current"))
    fi
  fi
}
complete -F _kontor kontor
)";

std::vector<std::string> global_names() {
  std::vector<std::string> names;
  for (const SyntaxEntry& flag : global_flags()) names.push_back(flag.name);
  return names;
}

std::string bash_script(const std::vector<VerbWords>& all) {
  std::string text(k_bash_head);
  text +=
      "    '') words='" + joined(global_names(), " ") + "' choices='" + verb_names(all) + "' ;;\n";
  for (const VerbWords& verb : all) {
    text += "    " + verb.name + ") words='" + joined(verb.flags, " ") + "' choices='" +
            joined(verb.choices, " ") + "' values='" + joined(verb.with_value, " ") + "' ;;\n";
  }
  return text.append(k_bash_tail);
}

std::string zsh_script(const std::vector<VerbWords>& all) {
  std::string text =
      "#compdef kontor\n_kontor() {\n  local verb= word previous=${words[CURRENT-1]}\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    case $word in\n      -*) ;;\n";
  for (const VerbWords& verb : all) text += "      " + verb.name + ") verb=$word; break ;;\n";
  text += "    esac\n  done\n  case $verb in\n    '') compadd -- " + verb_names(all) + " " +
          joined(global_names(), " ") + " ;;\n";
  for (const VerbWords& verb : all) {
    text += "    " + verb.name + ")\n      case $previous in\n        " +
            joined(verb.with_value, "|") + ") _files ;;\n        *) compadd -- " +
            joined(verb.choices, " ") + " " + joined(verb.flags, " ") +
            "; _files ;;\n      esac ;;\n";
  }
  return text + "  esac\n}\ncompdef _kontor kontor\n";
}

std::string fish_script(const std::vector<VerbWords>& all) {
  std::string text = "# fish completion for kontor\n";
  for (const VerbWords& verb : all) {
    const std::string chosen =
        "complete -c kontor -n '__fish_seen_subcommand_from " + verb.name + "'";
    text += "complete -c kontor -f -n __fish_use_subcommand -a " + verb.name + " -d " +
            shell_quoted(verb.summary) + "\n";
    if (!verb.choices.empty())
      text += chosen + " -a " + shell_quoted(joined(verb.choices, " ")) + "\n";
    for (const std::string& flag : verb.flags) {
      const bool takes = std::ranges::find(verb.with_value, flag) != verb.with_value.end();
      text += chosen + " -l " + flag.substr(2) + (takes ? " -r" : "") + "\n";
    }
  }
  return text;
}

}  // namespace

Result<std::string> completion_script(std::string_view shell) {
  TRY(check_choice("shell", shell, k_shells));
  const std::vector<VerbWords> all = all_words();
  if (shell == "bash") return bash_script(all);
  return shell == "zsh" ? zsh_script(all) : fish_script(all);
}

}  // namespace kontor::app
