#include "upgrade/program_version.h"

#include <catch_amalgamated.hpp>

namespace kontor::app {

TEST_CASE("versions are compared by their numbers, then by their endings") {
  CHECK(compare_versions("1.0.0", "1.0.0") == 0);
  CHECK(compare_versions("1.10.0", "1.9.9") > 0);
  CHECK(compare_versions("0.9.9", "1.0") < 0);
  CHECK(compare_versions("1.4", "1.4.0") == 0);
  CHECK(compare_versions("1.4.1", "1.4") > 0);
  CHECK(compare_versions("1.4.0-rc1", "1.4.0") < 0);
  CHECK(compare_versions("1.4.0", "1.4.0-rc1") > 0);
  CHECK(compare_versions("1.4.0-rc2", "1.4.0-rc1") > 0);
}

TEST_CASE("a program says its version and its newest schema, or is none of Kontor's") {
  const auto told = parse_program_version(R"({"version":"1.4.0","schema":{"from":1,"to":12}})");
  REQUIRE(told.ok());
  CHECK(told->version == "1.4.0");
  CHECK(told->schema_to == 12);
  for (const char* other :
       {"", "Hello", "{}", R"({"version":"1.4.0"})", R"({"version":14,"schema":{"to":12}})",
        R"({"version":"1; rm","schema":{"to":12}})", R"({"version":"1.4.0","schema":{"to":0}})"}) {
    CHECK_FALSE(parse_program_version(other).ok());
  }
}

TEST_CASE("a process is a service if the system's manager has put it into one") {
  CHECK(unit_of_cgroup("0::/system.slice/kontor.service\n") == "kontor.service");
  CHECK(unit_of_cgroup("1:name=systemd:/system.slice/kontor@a.service\n0::/\n") ==
        "kontor@a.service");
  CHECK(unit_of_cgroup("0::/user.slice/user-1000.slice/session-3.scope\n").empty());
  CHECK(unit_of_cgroup("0::/user.slice/user-1000.slice/user@1000.service/app.slice/k.service\n")
            .empty());
  CHECK(unit_of_cgroup("0::/\n").empty());
  CHECK(unit_of_cgroup("").empty());
}

TEST_CASE("a unit's name is no option and no shell") {
  CHECK(is_unit_name("kontor@a-1.service"));
  for (const char* other : {"", "-H", "a b", "a;b", "../a", "a/b"})
    CHECK_FALSE(is_unit_name(other));
}

}  // namespace kontor::app
