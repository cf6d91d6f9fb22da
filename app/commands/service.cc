#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/json_writer.h"
#include "base/small_file.h"
#include "exit_code.h"
#include "service_units.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 2> k_actions = {"print", "install"};
constexpr std::array<std::string_view, 4> k_units = {"all", "service", "socket", "sysusers"};
constexpr std::size_t k_unit_bytes = 64 * 1024;

// The program that runs now, as a path that outlives this run.
std::string own_path() {
  std::error_code failure;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? ServicePlan().program : path.string();
}

Error not_written(const std::filesystem::path& path, const std::string& why) {
  return {.code = Code::io_error,
          .message = "Cannot write " + path.string() + ": " + why + ".",
          .hint = "run it as root, or with --root DIR"};
}

// systemd reads either the old file or the new one.
Result<void> replace_file(const std::filesystem::path& path, const std::string& text) {
  const std::string fresh = path.string() + ".new";
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  if (failure) return not_written(path, failure.message());
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text << std::flush;
    if (!file) return not_written(path, "no room, or no right to");
  }
  ::chmod(fresh.c_str(), 0644);
  std::filesystem::rename(fresh, path, failure);
  if (failure) return not_written(path, failure.message());
  return {};
}

class Service final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "print or install", true);
    syntax.argument("UNIT", unit_, "With print: service, socket, sysusers or all.", false);
    syntax.text("--user", plan_.user, "NAME", "The user that it runs as; kontor if not given.");
    syntax.texts("--listen", listen_, "ADDR", "Where its socket listens; 127.0.0.1:8080.");
    syntax.texts("--credential", credentials_, "SETTING:FILE",
                 "Takes a setting from a file that only root reads.");
    syntax.text("--program", program_, "PATH", "The program; the one that runs now.");
    syntax.text("--root", root_, "DIR", "With install: below this folder instead of /.");
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    TRY(check_choice("unit", unit_, k_units));
    TRY(complete_plan(session));
    TRY(check_plan(plan_));
    return action_ == "print" ? print(session) : install(session);
  }

 private:
  Result<void> complete_plan(const Session& session) {
    plan_.program = program_.empty() ? own_path() : program_;
    if (!session.flags.data.empty()) plan_.data = session.flags.data;
    plan_.config = session.flags.config;
    if (!listen_.empty()) plan_.listen = listen_;
    for (const std::string& text : credentials_) {
      const std::size_t colon = text.find(':');
      if (colon == std::string::npos)
        return Error{.code = Code::usage,
                     .message = "\"" + text + "\" is not of the form SETTING:FILE.",
                     .hint = "--credential tls_key:/etc/kontor/tls_key"};
      plan_.credentials.emplace_back(text.substr(0, colon), text.substr(colon + 1));
    }
    return {};
  }

  Result<int> print(const Session& session) {
    if (session.flags.json) return print_json(session);
    std::string text;
    for (const UnitFile& file : unit_files(plan_)) {
      if (unit_ == file.name) text = file.text;
      if (unit_ == "all") text += "# " + file.path + "\n" + file.text + "\n";
    }
    session.output.print(text);
    return k_exit_ok;
  }

  Result<int> print_json(const Session& session) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("files").begin_array();
    for (const UnitFile& file : unit_files(plan_)) {
      if (unit_ != "all" && unit_ != file.name) continue;
      out.begin_object().key("name").string(file.name).key("path").string(file.path);
      out.key("text").string(file.text).end_object();
    }
    out.end_array().end_object();
    session.output.print(text);
    return k_exit_ok;
  }

  Result<int> install(const Session& session) {
    std::vector<std::string> written;
    for (const UnitFile& file : unit_files(plan_)) {
      const std::filesystem::path path = root_ + file.path;
      const auto before = read_small_file(path.string(), k_unit_bytes);
      if (before.ok() && *before == file.text) continue;
      TRY(replace_file(path, file.text));
      written.push_back(path.string());
    }
    if (session.flags.json) session.output.print(as_json(written));
    std::string list;
    for (const std::string& path : written) list += (list.empty() ? "" : ", ") + path;
    session.output.note(list.empty() ? "Nothing to do: the unit files are there already."
                                     : "Wrote " + list);
    session.output.note(
        "Next: systemd-sysusers && systemctl daemon-reload && "
        "systemctl enable --now kontor.socket kontor.service");
    return k_exit_ok;
  }

  static std::string as_json(const std::vector<std::string>& written) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("written").begin_array();
    for (const std::string& path : written) out.string(path);
    out.end_array().end_object();
    return text;
  }

  std::string action_, unit_ = "all", program_, root_;
  std::vector<std::string> listen_, credentials_;
  ServicePlan plan_;
};

}  // namespace

std::unique_ptr<Command> make_service() { return std::make_unique<Service>(); }

}  // namespace kontor::app
