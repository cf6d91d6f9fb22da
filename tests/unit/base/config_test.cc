#include "base/config.h"

#include <catch_amalgamated.hpp>

#include "base/config_text.h"
#include "base/environment.h"
#include "unit/base/temporary_folder.h"

using namespace kontor;
using Catch::Matchers::ContainsSubstring;

namespace {

Config loaded(const ConfigInputs& inputs) {
  auto config = load_config(inputs);
  if (!config.ok()) FAIL(config.error().message);
  return *std::move(config);
}

Error refused(const ConfigInputs& inputs) {
  auto config = load_config(inputs);
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().code == Code::usage);
  return std::move(config).error();
}

Error refused_variable(const std::string& name, const std::string& value) {
  const TemporaryFolder empty;
  return refused({.flags = {{"data", {empty.path()}}}, .environment = {{name, value}}});
}

Error refused_file(const std::string& text) {
  const TemporaryFolder folder;
  folder.write("kontor.toml", text);
  return refused({.flags = {{"data", {folder.path()}}}});
}

}  // namespace

TEST_CASE("without anything set the built-in values hold") {
  const TemporaryFolder empty;
  const Config config = loaded({.flags = {{"data", {empty.path()}}}});
  CHECK(config.list("listen") == std::vector<std::string>{"127.0.0.1:8080"});
  CHECK(config.integer("session_idle_s") == 3600);
  CHECK_FALSE(config.boolean("require_if_match"));
  CHECK(config.text("log_level") == "info");
  CHECK(config.list("trusted_proxies").empty());
  CHECK(config.origin("listen") == "default");
  CHECK(config.file().empty());
  CHECK(config.entries().size() == settings().size());
}

TEST_CASE("each place gives way to the ones before it, and every value knows its place") {
  const TemporaryFolder folder;
  folder.write("kontor.toml", "\n\nlog_level = \"error\"\n");
  folder.write("kontor_log_level", "warn\n");
  ConfigInputs inputs{.flags = {{"data", {folder.path()}}}};
  const auto expect = [&](std::string_view level, std::string_view origin) {
    const Config config = loaded(inputs);
    CHECK(config.text("log_level") == level);
    CHECK(config.origin("log_level") == origin);
  };
  expect("error", "kontor.toml:3");
  inputs.environment["CREDENTIALS_DIRECTORY"] = folder.path();
  expect("warn", "credential kontor_log_level");
  inputs.environment["KONTOR_LOG_LEVEL_FILE"] = folder.write("level", " info \n");
  expect("info", "env KONTOR_LOG_LEVEL_FILE");
  inputs.environment["KONTOR_LOG_LEVEL"] = "debug";
  expect("debug", "env KONTOR_LOG_LEVEL");
  inputs.flags["log_level"] = {"error"};
  expect("error", "flag --log-level");
}

TEST_CASE("the file takes numbers, booleans, lists and single texts for lists") {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("mine.toml",
                   "listen = [\"0.0.0.0:80\", \"unix:/run/kontor.sock\"]\n"
                   "lockout_s = 60\nrequire_if_match = true\nrate_limit = \"off\"\n"
                   "cors_origins = \"https://shop.example.com\"\norganisation = \"Hà Nội\"\n");
  const Config config = loaded({.config_path = path});
  CHECK(config.list("listen") == std::vector<std::string>{"0.0.0.0:80", "unix:/run/kontor.sock"});
  CHECK(config.integer("lockout_s") == 60);
  CHECK(config.boolean("require_if_match"));
  CHECK(config.integer("rate_limit") == 0);
  CHECK(config.text("rate_limit") == "off");
  CHECK(config.list("cors_origins").size() == 1);
  CHECK(config.text("organisation") == "Hà Nội");
  CHECK(config.origin("lockout_s") == path + ":2");
  CHECK(config.file() == path);
}

TEST_CASE("lists in variables are parted by commas, repeated flags add up") {
  const TemporaryFolder empty;
  const Config config =
      loaded({.flags = {{"data", {empty.path()}}, {"listen", {"[::1]:80", "localhost:0"}}},
              .environment = {{"KONTOR_TRUSTED_PROXIES", "10.0.0.0/8, ::1 ,192.0.2.7"}}});
  CHECK(config.list("trusted_proxies") ==
        std::vector<std::string>{"10.0.0.0/8", "::1", "192.0.2.7"});
  CHECK(config.list("listen") == std::vector<std::string>{"[::1]:80", "localhost:0"});
}

TEST_CASE("an empty variable counts as not set") {
  const TemporaryFolder empty;
  const Config config =
      loaded({.flags = {{"data", {empty.path()}}}, .environment = {{"KONTOR_LISTEN", ""}}});
  CHECK(config.origin("listen") == "default");
}

TEST_CASE("the file is looked for where --config, KONTOR_CONFIG or the data directory say") {
  const TemporaryFolder folder;
  const std::string one = folder.write("one.toml", "lockout_s = 1");
  const std::string two = folder.write("two.toml", "lockout_s = 2");
  folder.write("kontor.toml", "lockout_s = 3");
  ConfigInputs inputs{.environment = {{"KONTOR_DATA", folder.path()}}};
  CHECK(loaded(inputs).integer("lockout_s") == 3);
  inputs.environment["KONTOR_CONFIG"] = two;
  CHECK(loaded(inputs).integer("lockout_s") == 2);
  inputs.config_path = one;
  CHECK(loaded(inputs).integer("lockout_s") == 1);
}

TEST_CASE("a file that was asked for must be there") {
  const TemporaryFolder folder;
  CHECK_THAT(refused({.config_path = folder.path("none.toml")}).message,
             ContainsSubstring("none.toml"));
}

TEST_CASE("an unknown key is answered with its line and the nearest name") {
  const Error error = refused_file("lockout_s = 5\nlog_levle = \"info\"\n");
  CHECK_THAT(error.message, ContainsSubstring("kontor.toml:2") && ContainsSubstring("log_levle") &&
                                ContainsSubstring("Did you mean log_level?"));
  CHECK_THAT(refused_file("[server]\nport = 1\n").message, ContainsSubstring("server"));
}

TEST_CASE("an unknown variable is answered with the nearest name, those of others are left alone") {
  const Error error = refused_variable("KONTOR_LISTN", "x");
  CHECK_THAT(error.message,
             ContainsSubstring("env KONTOR_LISTN") && ContainsSubstring("Did you mean listen?"));
  CHECK_THAT(refused_variable("KONTOR_LOG_LEVL_FILE", "x").message, ContainsSubstring("log_level"));
  CHECK_THAT(refused_variable("KONTOR_listen", "x").message, ContainsSubstring("KONTOR_listen"));
  const TemporaryFolder empty;
  CHECK(load_config({.flags = {{"data", {empty.path()}}},
                     .environment = {{"KONTOR_BIN", "x"},
                                     {"KONTOR_TEST_SEED", "1"},
                                     {"KONTOR_URL", "x"},
                                     {"KONTORX", "y"},
                                     {"PATH", "z"}}})
            .ok());
}

TEST_CASE("a wrong value is told with its key, its place and what is allowed") {
  const Error error = refused_variable("KONTOR_LOG_LEVEL", "loud");
  CHECK_THAT(error.message,
             ContainsSubstring("log_level") && ContainsSubstring("env KONTOR_LOG_LEVEL") &&
                 ContainsSubstring("\"loud\"") && ContainsSubstring("debug, info, warn or error"));
  CHECK(error.fields.at(0).pointer == "/log_level");
}

TEST_CASE("each kind refuses what it cannot use") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"SESSION_IDLE_S", "0"},
      {"SESSION_IDLE_S", "1h"},
      {"SESSION_MAX", "1001"},
      {"RATE_LIMIT", "none"},
      {"RATE_LIMIT", "-1"},
      {"LOCKOUT_S", "99999999999999999999"},
      {"LOG_FORMAT", "auto|text"},
      {"LOG_FORMAT", "JSON"},
      {"LISTEN", "8080"},
      {"LISTEN", "127.0.0.1"},
      {"LISTEN", "127.0.0.1:65536"},
      {"LISTEN", "::1:80"},
      {"LISTEN", "unix:"},
      {"LISTEN", ","},
      {"LISTEN", "http://x:80"},
      {"TRUSTED_PROXIES", "10.0.0.0/33"},
      {"TRUSTED_PROXIES", "10.0.0"},
      {"TRUSTED_PROXIES", "::1/129"},
      {"TRUSTED_PROXIES", "proxy.example.com"},
      {"ALLOWED_HOSTS", "a/b"},
      {"CORS_ORIGINS", "*"},
      {"CORS_ORIGINS", "https://a.example.com/"},
      {"CORS_ORIGINS", "ftp://a"},
      {"REQUIRE_IF_MATCH", "maybe"},
      {"TIMEZONE", "Mars/Olympus"},
      {"CURRENCY", "EURO"},
      {"DEFAULT_COUNTRY", "Vietnam"},
      {"ORGANISATION", "\xFF"},
  }));
  CAPTURE(name, value);
  CHECK_THAT(refused_variable("KONTOR_" + name, value).message,
             ContainsSubstring("KONTOR_" + name));
}

TEST_CASE("the file's types are strict") {
  const auto text = GENERATE("session_idle_s = \"60\"", "session_idle_s = 1.5", "log_level = 1",
                             "require_if_match = \"true\"", "listen = [1]",
                             "log_level = [\"info\"]", "timezone = 2026-01-01", "listen = {a = 1}");
  CAPTURE(text);
  CHECK_THAT(refused_file(text).message,
             ContainsSubstring("kontor.toml:1") && ContainsSubstring("must be"));
}

TEST_CASE("a file that is no TOML is told with its line") {
  CHECK_THAT(refused_file("listen = \"x\"\nlog_level =\n").message,
             ContainsSubstring("kontor.toml:2"));
  CHECK_THAT(refused_file("lockout_s = 1\nlockout_s = 2\n").message,
             ContainsSubstring("kontor.toml:2"));
}

TEST_CASE("all mistakes are told at once") {
  const TemporaryFolder folder;
  folder.write("kontor.toml", "nonsense = 1\nlockout_s = 0\n");
  const Error error = refused(
      {.flags = {{"data", {folder.path()}}},
       .environment = {{"KONTOR_CURRENCY", "x"}, {"KONTOR_TIMEZONE_FILE", folder.path("none")}}});
  CHECK(error.fields.size() == 4);
  CHECK_THAT(error.message, ContainsSubstring("4 mistakes"));
}

TEST_CASE("the file that init writes changes nothing, and sets what was chosen") {
  const TemporaryFolder folder;
  folder.write("kontor.toml", config_template());
  const Config untouched = loaded({.flags = {{"data", {folder.path()}}}});
  for (const ConfigEntry& entry : untouched.entries()) {
    CAPTURE(entry.setting->name);
    if (entry.setting->name != "data") CHECK(entry.origin == "default");
  }
  folder.write("kontor.toml", config_template({{"organisation", {"Cà phê \"Sáng\""}},
                                               {"lockout_s", {"60"}},
                                               {"rate_limit", {"off"}},
                                               {"listen", {"0.0.0.0:1", "[::]:2"}}}));
  const Config config = loaded({.flags = {{"data", {folder.path()}}}});
  CHECK(config.text("organisation") == "Cà phê \"Sáng\"");
  CHECK(config.integer("lockout_s") == 60);
  CHECK(config.text("rate_limit") == "off");
  CHECK(config.list("listen").size() == 2);
  CHECK_THAT(config.origin("listen"), ContainsSubstring("kontor.toml:"));
}

TEST_CASE("every commented line of the template holds once its mark is removed") {
  std::string text;
  std::istringstream lines(config_template());
  for (std::string line; std::getline(lines, line);) {
    const bool assignment = line.starts_with("#") && !line.starts_with("# ");
    text += (assignment ? line.substr(1) : line) + "\n";
  }
  const TemporaryFolder folder;
  folder.write("kontor.toml", text);
  const Config with = loaded({.flags = {{"data", {folder.path()}}}});
  const TemporaryFolder empty;
  const Config without = loaded({.flags = {{"data", {empty.path()}}}});
  for (const Setting& setting : settings()) {
    CAPTURE(setting.name);
    if (setting.name == "data" || setting.secret) continue;
    CHECK_THAT(with.origin(setting.name), ContainsSubstring("kontor.toml:"));
    if (is_list(setting)) CHECK(with.list(setting.name) == without.list(setting.name));
    else CHECK(with.text(setting.name) == without.text(setting.name));
  }
}

TEST_CASE("a time of day is two digits, a colon, two digits") {
  CHECK(parse_time_of_day("03:00") == 180);
  CHECK(parse_time_of_day("23:59") == 1439);
  for (const char* wrong : {"", "3:00", "24:00", "12:60", "12-30", "ab:cd", "03:00 "}) {
    CHECK_FALSE(parse_time_of_day(wrong));
  }
}

TEST_CASE("the reference has one row for each setting") {
  const std::string text = config_reference();
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) ==
        settings().size() + 2);
  CHECK_THAT(text, ContainsSubstring("| `log_level` | `--log-level` | `KONTOR_LOG_LEVEL` | `info` "
                                     "| debug, info, warn or error |"));
}

TEST_CASE("the environment is copied as it is") {
  setenv("KONTOR_TEST_VARIABLE", "a=b", 1);
  CHECK(read_environment().find("KONTOR_TEST_VARIABLE")->second == "a=b");
  unsetenv("KONTOR_TEST_VARIABLE");
}

TEST_CASE("a secret comes from a variable, a file or a credential, and from no other place") {
  const TemporaryFolder folder;
  ConfigInputs inputs{.flags = {{"data", {folder.path()}}}};
  inputs.environment["KONTOR_BACKUP_PASSPHRASE_FILE"] = folder.write("secret", "of five words\n");
  CHECK(loaded(inputs).text("backup_passphrase") == "of five words");
  CHECK_FALSE(has_setting_flag(*find_setting("backup_passphrase")));
  CHECK(config_template({}).find("backup_passphrase") == std::string::npos);
  const Error error = refused_file("backup_passphrase = \"of five words\"\n");
  CHECK_THAT(error.message, ContainsSubstring("KONTOR_BACKUP_PASSPHRASE_FILE"));
  CHECK_THAT(error.message, !ContainsSubstring("of five words"));
}
