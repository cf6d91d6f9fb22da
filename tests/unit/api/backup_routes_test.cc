#include "base/limits.h"
#include "unit/api/api_fixture.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_job =
    R"({"id":"01890000-0000-7000-8000-000000000000","kind":"create","state":"running"})";

class Asked final : public Backups {
 public:
  Result<std::string> list() const override { return std::string("{}"); }
  Result<std::string> create(const crm::Context& who, std::string reason) override {
    asked.push_back("create " + reason + (who.actor_id ? " by a user" : " by nobody"));
    return std::string(k_job);
  }
  Result<std::string> verify(const std::string& file, bool drill) override {
    asked.push_back((drill ? "drill " : "verify ") + file);
    return std::string(k_job);
  }

  std::vector<std::string> asked;
};

struct Backing {
  Asked backups;
};

struct World : Backing, ApiFixture {
  World() : ApiFixture([this](Services& services, Settings&) { services.backups = &backups; }) {
    add_owner();
    sign_in();
  }

  http::Response post(std::string path, std::string_view body) {
    return call("POST", std::move(path), body);
  }
};

TEST_CASE("a backup is made and proven as it was asked for") {
  World world;
  const http::Response made = world.post("/api/v1/backups", R"({"reason":"before the fair"})");
  CHECK(made.status == 202);
  CHECK(made.body == k_job);
  CHECK(world.post("/api/v1/backups", "").status == 202);
  CHECK(world.post("/api/v1/backups/a.tar.gz/verify", "{}").status == 202);
  CHECK(world.post("/api/v1/backups/a.tar.gz/verify", R"({"drill":true})").status == 202);
  CHECK(world.backups.asked == std::vector<std::string>{"create before the fair by a user",
                                                        "create manual by a user",
                                                        "verify a.tar.gz", "drill a.tar.gz"});
}

TEST_CASE("a browser that was left open makes no backup and tries none") {
  World world;
  world.clock.advance_ms(limits::confirmation_ms);
  for (const char* path : {"/api/v1/backups", "/api/v1/backups/a.tar.gz/verify"}) {
    const http::Response refused = world.post(path, "{}");
    CHECK(refused.status == 403);
    CHECK(refused.body.find("confirmation_required") != std::string::npos);
  }
  CHECK(world.backups.asked.empty());
}

}  // namespace
}  // namespace kontor::api
