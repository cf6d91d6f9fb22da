#include "crm/accounts/second_factor.h"

#include <set>

#include "base/base32.h"
#include "base/totp.h"
#include "unit/crm/accounts.h"

using namespace kontor;
using crm::FactorOffer;
using crm::SecondFactors;

namespace {

constexpr std::int64_t k_step_ms = 30'000;
const SecretKey k_key(std::string(SecretKey::k_bytes, 'k'));

class Factors : public test::Accounts {
 public:
  Result<FactorOffer> offer(std::int64_t user) {
    return write([&](store::WriteTx& tx) { return factors.offer(tx, user); });
  }
  Result<std::vector<std::string>> confirm(std::int64_t user, const std::string& code) {
    return write([&](store::WriteTx& tx) { return factors.confirm(tx, context(), user, code); });
  }
  bool verify(std::int64_t user, const std::string& code) {
    return write([&](store::WriteTx& tx) { return factors.verify(tx, user, code, clock.now_ms()); })
        .value();
  }
  bool remove(std::int64_t user) {
    return write([&](store::WriteTx& tx) -> Result<bool> {
             return crm::remove_second_factor(tx, context(), user);
           })
        .value();
  }
  bool has_factor(std::int64_t user) {
    return read([&](store::ReadTx& tx) -> Result<bool> { return crm::has_second_factor(tx, user); })
        .value();
  }
  std::int64_t epoch() { return number("SELECT epoch FROM users WHERE id = 1"); }

  // The seed of an's factor, with a step that no code has used.
  std::string enrol() {
    const std::string seed = *from_base32(offer(an)->secret);
    recovery = confirm(an, code(seed)).value();
    clock.advance_ms(2 * k_step_ms);
    return seed;
  }
  std::string code(const std::string& seed, std::int64_t steps = 0) {
    return totp_code(seed, totp_step(clock.now_ms()) + steps);
  }

  std::int64_t an = add_user("an@example.com");
  std::vector<std::string> recovery;
  crm::CurrentOrganisation organisation{crm::Organisation{.name = "Bún & Bánh"}};
  crm::AccountSettings settings{.organisation = &organisation};
  SecondFactors factors{k_key, settings, random};
};

}  // namespace

TEST_CASE("a factor counts once a code of it was given") {
  Factors firm;
  const FactorOffer offer = firm.offer(firm.an).value();
  CHECK_FALSE(firm.has_factor(firm.an));
  CHECK(firm.epoch() == 1);
  CHECK(offer.url.find("otpauth://totp/B%C3%BAn%20%26%20B%C3%A1nh:an%40example.com?secret=" +
                       offer.secret) == 0);
  CHECK(offer.qr_svg.find("<svg") == 0);

  const std::string seed = *from_base32(offer.secret);
  CHECK(seed.size() == k_totp_seed_bytes);
  CHECK(firm.confirm(firm.an, "000000").error().kind == "wrong_code");
  CHECK_FALSE(firm.has_factor(firm.an));
  CHECK(firm.confirm(firm.an, firm.code(seed)).ok());
  CHECK(firm.has_factor(firm.an));
}

TEST_CASE("a factor that counts ends what was signed in before it") {
  Factors firm;
  firm.enrol();
  CHECK(firm.epoch() == 2);
  CHECK(firm.remove(firm.an));
  CHECK(firm.epoch() == 3);
}

TEST_CASE("an offer counts for nothing, and a new one makes it void") {
  Factors firm;
  const std::string first = *from_base32(firm.offer(firm.an)->secret);
  CHECK_FALSE(firm.verify(firm.an, firm.code(first)));
  const std::string second = *from_base32(firm.offer(firm.an)->secret);
  CHECK(firm.confirm(firm.an, firm.code(first)).error().kind == "wrong_code");
  CHECK(firm.confirm(firm.an, firm.code(second)).ok());
}

TEST_CASE("there is nothing to confirm without an offer, and nothing to offer beside a factor") {
  Factors firm;
  CHECK(firm.confirm(firm.an, "123456").error().kind == "no_offer");
  const std::string seed = firm.enrol();
  CHECK(firm.confirm(firm.an, firm.code(seed)).error().kind == "no_offer");
  CHECK(firm.offer(firm.an).error().kind == "second_factor_active");
  CHECK(firm.offer(99).error().code == Code::not_found);
}

TEST_CASE("a code signs in once") {
  Factors firm;
  const std::string seed = firm.enrol();
  const std::string code = firm.code(seed);
  CHECK(firm.verify(firm.an, code));
  CHECK_FALSE(firm.verify(firm.an, code));
  CHECK_FALSE(firm.verify(firm.an, firm.code(seed, -1)));
  CHECK(firm.verify(firm.an, firm.code(seed, 1)));
}

TEST_CASE("the code that confirmed the factor does not sign in as well") {
  Factors firm;
  const std::string seed = *from_base32(firm.offer(firm.an)->secret);
  const std::string code = firm.code(seed);
  firm.confirm(firm.an, code).value();
  CHECK_FALSE(firm.verify(firm.an, code));
}

TEST_CASE("a phone's clock may be 30 s off, either way") {
  Factors firm;
  const std::string seed = firm.enrol();
  CHECK_FALSE(firm.verify(firm.an, firm.code(seed, -2)));
  CHECK_FALSE(firm.verify(firm.an, firm.code(seed, 2)));
  CHECK(firm.verify(firm.an, firm.code(seed, -1)));
  CHECK(firm.verify(firm.an, firm.code(seed, 1)));
}

TEST_CASE("ten recovery codes of 120 bits sign in once each") {
  Factors firm;
  firm.enrol();
  CHECK(std::set(firm.recovery.begin(), firm.recovery.end()).size() == 10);
  for (const std::string& code : firm.recovery) {
    CHECK(from_base32(code)->size() == 15);
    CHECK(firm.verify(firm.an, code));
    CHECK_FALSE(firm.verify(firm.an, code));
  }
  CHECK(firm.number("SELECT count(*) FROM recovery_codes") == 0);
}

TEST_CASE("a recovery code is read as people type it, and kept as a digest") {
  Factors firm;
  firm.enrol();
  std::string typed = firm.recovery.front();
  CHECK(typed.size() == 29);  // ABCD-EFGH-…
  for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  CHECK(firm.number("SELECT min(length(code_hash)) FROM recovery_codes") == 32);
  CHECK(firm.verify(firm.an, typed));
}

TEST_CASE("new recovery codes make the old ones void") {
  Factors firm;
  CHECK(firm.write([&](store::WriteTx& tx) {
              return firm.factors.renew_recovery_codes(tx, firm.context(), firm.an);
            })
            .error()
            .kind == "no_second_factor");
  firm.enrol();
  const auto renewed = firm.write([&](store::WriteTx& tx) {
                             return firm.factors.renew_recovery_codes(tx, firm.context(), firm.an);
                           })
                           .value();
  CHECK_FALSE(firm.verify(firm.an, firm.recovery.front()));
  CHECK(firm.verify(firm.an, renewed.front()));
}

TEST_CASE("the factor of one user is nothing for another") {
  Factors firm;
  const std::string seed = firm.enrol();
  const std::int64_t binh = firm.add_user("binh@example.com");
  CHECK_FALSE(firm.verify(binh, firm.code(seed)));
  CHECK_FALSE(firm.verify(binh, firm.recovery.front()));
  const std::string own = *from_base32(firm.offer(binh)->secret);
  firm.confirm(binh, firm.code(own)).value();
  CHECK_FALSE(firm.verify(binh, firm.code(seed)));
  CHECK_FALSE(firm.verify(binh, firm.recovery.front()));
}

TEST_CASE("a seed is sealed, and cannot be moved to another user") {
  Factors firm;
  const std::string seed = firm.enrol();
  const std::int64_t binh = firm.add_user("binh@example.com");
  firm.run(
      "UPDATE users SET totp_since = 1, totp_seed = (SELECT totp_seed FROM users WHERE id = 1)");
  const auto moved = firm.write([&](store::WriteTx& tx) {
    return firm.factors.verify(tx, binh, firm.code(seed), firm.clock.now_ms());
  });
  CHECK(moved.error().code == Code::wrong_key);
  const std::string kept = firm.read([](store::ReadTx& tx) -> Result<std::string> {
                                 store::Statement row = tx.prepare("SELECT totp_seed FROM users");
                                 row.step();
                                 return std::string(row.blob(0));
                               })
                               .value();
  CHECK(kept.find(seed) == std::string::npos);
}

TEST_CASE("another master key opens no seed") {
  Factors firm;
  const std::string seed = firm.enrol();
  const SecondFactors others(SecretKey(std::string(SecretKey::k_bytes, 'o')), firm.settings,
                             firm.random);
  const auto verified = firm.write([&](store::WriteTx& tx) {
    return others.verify(tx, firm.an, firm.code(seed), firm.clock.now_ms());
  });
  CHECK(verified.error().code == Code::wrong_key);
}

TEST_CASE("a removed factor leaves no code behind") {
  Factors firm;
  const std::string seed = firm.enrol();
  CHECK(firm.remove(firm.an));
  CHECK_FALSE(firm.has_factor(firm.an));
  CHECK_FALSE(firm.verify(firm.an, firm.code(seed)));
  CHECK_FALSE(firm.verify(firm.an, firm.recovery.front()));
  CHECK(firm.number("SELECT count(*) FROM users WHERE totp_seed IS NOT NULL") == 0);
  CHECK_FALSE(firm.remove(firm.an));
}

TEST_CASE("what is no code is none") {
  Factors firm;
  firm.enrol();
  for (const std::string& text :
       {std::string(), std::string("0"), std::string("abcdef"), std::string(100'000, '1'),
        firm.recovery.front().substr(1), std::string(24, 'A'), std::string("\0\0", 2)})
    CHECK_FALSE(firm.verify(firm.an, text));
}

TEST_CASE("who must have a second factor is the firm's choice") {
  crm::Principal seller{.kind = crm::Principal::Kind::session, .user_id = 1};
  crm::Principal admin = seller;
  admin.rights.set(crm::Flag::users, true);
  using crm::FactorRule;
  CHECK_FALSE(crm::lacks_second_factor(admin, FactorRule::off));
  CHECK(crm::lacks_second_factor(admin, FactorRule::admins));
  CHECK_FALSE(crm::lacks_second_factor(seller, FactorRule::admins));
  CHECK(crm::lacks_second_factor(seller, FactorRule::all));
  CHECK_FALSE(crm::lacks_second_factor(*crm::Principal::program(), FactorRule::all));
  admin.has_second_factor = true;
  CHECK_FALSE(crm::lacks_second_factor(admin, FactorRule::all));
}

TEST_CASE("signing in asks for the code, and lets nobody in with a seed that cannot be read") {
  Factors firm;
  const std::string seed = firm.enrol();
  const auto check = firm.factors.checker();
  const auto accepts = [&](const std::string& code) {
    return firm
        .write([&](store::WriteTx& tx) -> Result<bool> {
          return check(tx, {.row_id = firm.an}, code, firm.clock.now_ms());
        })
        .value();
  };
  CHECK(accepts(firm.code(seed)));
  firm.run("UPDATE users SET totp_seed = x'01'");
  CHECK_FALSE(accepts(firm.code(seed, 1)));
}
