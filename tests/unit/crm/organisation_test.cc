// What the firm says of itself: in the database, behind what the operator has fixed.
#include "crm/organisation/organisation_record.h"

#include "base/setting.h"
#include "crm/organisation/organisation_field.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Office {
  explicit Office(const std::vector<crm::FixedField>& fixed = {})
      : current(*crm::resolve({}, fixed), fixed) {}

  Firm firm;
  crm::CurrentOrganisation current;

  Result<crm::OrganisationRecord> change(std::string_view patch,
                                         std::optional<std::int64_t> if_version = {}) {
    return firm.write([&](store::WriteTx& tx) {
      return crm::change_organisation(tx, firm.context(), current, Firm::json(patch), if_version);
    });
  }
  std::vector<std::string> faults_of(std::string_view patch) {
    const auto changed = change(patch);
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.error().code == Code::invalid);
    return faults(changed.error());
  }
  crm::OrganisationRecord record() {
    return *firm.database.store().read(
        [](store::ReadTx& tx) { return Result(crm::read_organisation(tx)); });
  }
};

}  // namespace

TEST_CASE("a new firm goes by what is built in, and nothing is set") {
  Office office;
  const auto now = office.current.now();
  CHECK(now->zone.name() == "UTC");
  CHECK(now->currency == "USD");
  CHECK(now->name.empty());
  CHECK(office.record().version == 1);
  CHECK(crm::origin_of(office.record(), {}, "currency") == "default");
}

TEST_CASE("what is set counts from the commit on, for who asks then") {
  Office office;
  const auto before = office.current.now();
  REQUIRE(office
              .change(R"({"name":" Hoa Sen ","currency":"VND","timezone":"Asia/Ho_Chi_Minh",
                          "address":{"city":"Đà Lạt"}})")
              .ok());
  CHECK(before->currency == "USD");  // who had looked goes on with what was there
  CHECK(office.current.now()->name == "Hoa Sen");
  CHECK(office.current.now()->currency == "VND");
  CHECK(office.current.now()->zone.name() == "Asia/Ho_Chi_Minh");
  CHECK(office.current.now()->city == "Đà Lạt");
  CHECK(crm::resolve(office.record(), {})->city == "Đà Lạt");
  CHECK(crm::origin_of(office.record(), {}, "currency") == "organisation");
}

TEST_CASE("what a job did counts for nobody if the job fails after it") {
  Office office;
  const auto failed = office.firm.write([&](store::WriteTx& tx) -> Result<void> {
    TRY(crm::change_organisation(tx, office.firm.context(), office.current,
                                 Firm::json(R"({"currency":"EUR"})")));
    return Error{.code = Code::conflict, .message = "no"};
  });
  CHECK_FALSE(failed.ok());
  CHECK(office.current.now()->currency == "USD");
  CHECK(office.record().version == 1);
}

TEST_CASE("null and an empty text take a value back") {
  Office office;
  REQUIRE(
      office.change(R"({"name":"A","currency":"EUR","address":{"city":"x","state":"y"}})").ok());
  REQUIRE(office.change(R"({"name":"","currency":null,"address":{"city":null}})").ok());
  CHECK(office.current.now()->name.empty());
  CHECK(office.current.now()->currency == "USD");
  CHECK(office.current.now()->state == "y");
  REQUIRE(office.change(R"({"address":null})").ok());
  CHECK(office.record().values.empty());
}

TEST_CASE("what the operator has fixed comes first, and cannot be changed here") {
  Office office({{.name = "currency", .value = "VND", .origin = "kontor.toml:3"}});
  CHECK(office.current.now()->currency == "VND");
  CHECK(office.faults_of(R"({"currency":"EUR"})") == std::vector<std::string>{"/currency:fixed"});
  CHECK(office.change(R"({"currency":"VND","name":"A"})").ok());  // sent back as it is
  CHECK(office.record().values.size() == 1);
  CHECK(crm::origin_of(office.record(), office.current.fixed(), "currency") == "kontor.toml:3");
}

TEST_CASE("a value that was set before it was fixed counts again once it is not") {
  Office office;
  REQUIRE(office.change(R"({"currency":"EUR"})").ok());
  const std::vector<crm::FixedField> fixed = {
      {.name = "currency", .value = "VND", .origin = "env KONTOR_CURRENCY"}};
  CHECK(crm::resolve(office.record(), fixed)->currency == "VND");
  CHECK(crm::resolve(office.record(), {})->currency == "EUR");
}

TEST_CASE("everything that is wrong is told at once") {
  Office office;
  CHECK(office.faults_of(R"({"timezone":"Mars/Phobos","currency":"XXQ","country":"ZZ",
      "language":"tlh","email":"no address","phone":7,"boss":"x","address.city":"x",
      "address":{"planet":"x","city":"a\nb"}})") ==
        std::vector<std::string>{"/timezone:invalid", "/currency:invalid", "/country:invalid",
                                 "/language:invalid", "/email:invalid_email", "/phone:wrong_type",
                                 "/boss:unknown_field", "/address.city:unknown_field",
                                 "/address/planet:unknown_field", "/address/city:invalid"});
  CHECK(office.faults_of(R"({"name":")" + std::string(201, 'x') + R"("})") ==
        std::vector<std::string>{"/name:too_long"});
  CHECK(office.faults_of(R"({"address":"x"})") == std::vector<std::string>{"/address:wrong_type"});
  CHECK(office.record().version == 1);
}

TEST_CASE("a change stands in the trail once; what changes nothing does not") {
  Office office;
  REQUIRE(office.change(R"({"name":"A"})").ok());
  REQUIRE(office.change(R"({"name":"A"})").ok());
  CHECK(office.record().version == 2);
  CHECK(office.firm.database.store()
            .read([](store::ReadTx& tx) -> Result<std::string> {
              store::Statement row = tx.prepare(
                  "SELECT diff FROM changes WHERE collection = 'organisation' AND version = 2");
              std::string all;
              while (row.step()) all += row.text(0);
              return all;
            })
            .value() == R"({"name":{"from":null,"to":"A"}})");
}

TEST_CASE("a change of what is another version by now is refused with what is there") {
  Office office;
  REQUIRE(office.change(R"({"name":"A"})", 1).ok());
  const auto stale = office.change(R"({"name":"B"})", 1);
  REQUIRE_FALSE(stale.ok());
  CHECK(stale.error().code == Code::stale);
  CHECK(text(Firm::json(stale.error().current), "name") == "A");
}

TEST_CASE("each field has a column, and a setting that exists") {
  for (const crm::OrganisationField& field : crm::organisation_fields()) {
    INFO(field.name);
    CHECK((field.setting.empty() || find_setting(field.setting) != nullptr));
    CHECK(crm::find_organisation_field(field.name) == &field);
  }
}
