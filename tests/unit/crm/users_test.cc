#include "crm/accounts/users.h"

#include "unit/crm/accounts_office.h"

namespace kontor::test {
namespace {

std::vector<std::string> pointers(const Error& error) {
  std::vector<std::string> out;
  for (const FieldError& field : error.fields) out.push_back(field.pointer);
  return out;
}

TEST_CASE("a user is found by her address however it is written") {
  Office office;
  const crm::User made = office.add(" An@Example.com ", {"sales", "support"});
  CHECK(made.email == "An@Example.com");
  CHECK(made.roles == std::vector<std::string>{"sales", "support"});
  CHECK(made.active);
  CHECK(office.find("an@EXAMPLE.com")->id == made.id);
  CHECK_FALSE(office.find("nobody@example.com"));
  CHECK_FALSE(office.find("no address"));
}

TEST_CASE("one address is one user's") {
  Office office;
  office.add("an@example.com");
  CHECK(office.try_add("AN@example.com").error().kind == "email_taken");
  const crm::User other = office.add("binh@example.com");
  CHECK(office.try_change(other, {.email = "an@example.com"}).error().kind == "email_taken");
  CHECK(office.try_change(other, {.email = "BINH@example.com"}).ok());
}

TEST_CASE("everything that is wrong with a user is told at once") {
  Office office;
  const auto made = office.write([&](store::WriteTx& tx) {
    return crm::create_user(tx, office.context(),
                            {.id = office.ids.next(),
                             .email = "nobody",
                             .name = std::string(201, 'x'),
                             .roles = {"sales", "wizard"},
                             .teams = {Uuid{}},
                             .timezone = "Mars/Olympus"});
  });
  CHECK(made.error().code == Code::invalid);
  CHECK(pointers(made.error()) ==
        std::vector<std::string>{"/email", "/name", "/timezone", "/roles/1", "/teams/0"});
}

TEST_CASE("the last active owner keeps her role and stays") {
  Office office;
  const crm::User owner = office.add("owner@example.com", {"owner"});
  CHECK(office.try_change(owner, {.roles = std::vector<std::string>{"sales"}}).error().kind ==
        "last_owner");
  CHECK(office.try_change(owner, {.active = false}).error().kind == "last_owner");
  CHECK(office.find("owner@example.com")->active);

  const crm::User second = office.add("second@example.com", {"owner"});
  REQUIRE(office.try_change(second, {.active = false}).ok());
  CHECK(office.try_change(owner, {.active = false}).error().kind == "last_owner");
  REQUIRE(office.try_change(*office.find("second@example.com"), {.active = true}).ok());
  CHECK(office.try_change(owner, {.active = false}).ok());
}

TEST_CASE("a change of roles or status begins a new epoch, a change of name does not") {
  Office office;
  const crm::User user = office.add("an@example.com");
  const auto renamed = office.try_change(user, {.name = "An"}).value();
  CHECK(renamed.version == user.version + 1);
  CHECK(renamed.epoch == user.epoch);
  const auto moved =
      office.try_change(renamed, {.roles = std::vector<std::string>{"support"}}).value();
  CHECK(moved.epoch == user.epoch + 1);
  const auto left = office.try_change(moved, {.active = false}).value();
  CHECK(left.epoch == user.epoch + 2);
  CHECK_FALSE(left.active);
}

TEST_CASE("a change that changes nothing writes nothing") {
  Office office;
  const crm::User user = office.add("an@example.com");
  const auto same = office.try_change(
      user, {.name = user.name, .roles = std::vector<std::string>{"sales", "sales"}});
  CHECK(same.value().version == user.version);
}

TEST_CASE("whoever has seen an older version does not write over a newer one") {
  Office office;
  const crm::User user = office.add("an@example.com");
  const auto late = office.write([&](store::WriteTx& tx) {
    return crm::change_user(tx, office.context(), user, {.name = "An"}, user.version + 1);
  });
  CHECK(late.error().code == Code::stale);
  CHECK(late.error().current.find("an@example.com") != std::string::npos);
}

TEST_CASE("what is told of a user holds no hash") {
  Office office;
  const std::string json = crm::to_json(office.add("an@example.com"));
  CHECK(json.find("argon2") == std::string::npos);
  CHECK(json.find("\"has_password\":true") != std::string::npos);
}

}  // namespace
}  // namespace kontor::test
