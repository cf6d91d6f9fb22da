#include "crm/accounts/second_factor.h"

#include <optional>
#include <span>

#include "base/base32.h"
#include "base/qr_code.h"
#include "base/sha256.h"
#include "base/totp.h"
#include "base/utf8.h"
#include "crm/accounts/users.h"
#include "crm/audit/audit_log.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_recovery_codes = 10;
constexpr std::size_t k_recovery_bytes = 15;  // 120 bits, in 24 characters
constexpr std::size_t k_group_chars = 4;
constexpr std::size_t k_code_chars = 64;  // with blanks and dashes as people type them
// With an e-mail address of the largest size the picture still holds them.
constexpr std::size_t k_issuer_bytes = 64;

struct Factor {
  std::string uid;  // 16 bytes: what the seed is bound to
  std::string email;
  std::string seed;  // sealed; empty: none
  bool is_active = false;
  std::int64_t last_step = 0;
};

Result<Factor> read_factor(store::ReadTx& tx, std::int64_t user_id) {
  store::Statement row =
      tx.prepare("SELECT uid, email, totp_seed, totp_since, totp_step FROM users WHERE id = ?");
  if (!row.with(user_id).step())
    return Error{.code = Code::not_found, .message = "There is no such user."};
  return Factor{.uid = std::string(row.blob(0)),
                .email = std::string(row.text(1)),
                .seed = std::string(row.blob(2)),
                .is_active = !row.is_null(3),
                .last_step = row.integer(4)};
}

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

std::string grouped(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += k_group_chars) {
    if (at > 0) out += '-';
    out += text.substr(at, k_group_chars);
  }
  return out;
}

std::string digest_of(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return {digest.begin(), digest.end()};
}

void drop_recovery_codes(store::WriteTx& tx, std::int64_t user_id) {
  tx.prepare("DELETE FROM recovery_codes WHERE user_id = ?").with(user_id).run();
}

// Its form tells a recovery code from a one-time code.
bool take_recovery_code(store::WriteTx& tx, std::int64_t user_id, std::string_view code) {
  const auto bytes = from_base32(code);
  if (!bytes || bytes->size() != k_recovery_bytes) return false;
  const std::string digest = digest_of(*bytes);
  tx.prepare("DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?")
      .with(user_id, store::Blob{digest})
      .run();
  return tx.changes() == 1;
}

Error refusal(Code code, std::string kind, std::string message) {
  return {.code = code, .message = std::move(message), .kind = std::move(kind)};
}

Error wrong_code() {
  Error error = refusal(Code::invalid, "wrong_code",
                        "This is no code of it, or it was used already. Is the clock right?");
  error.fields.push_back({"/code", "wrong_code", error.message});
  return error;
}

}  // namespace

SecondFactors::SecondFactors(const SecretKey& master_key, const AccountSettings& settings,
                             Random& random)
    : key_(master_key.derive("kontor: seeds of one-time codes")),
      settings_(settings),
      random_(random) {}

std::string SecondFactors::issuer() const {
  const std::string name = settings_.organisation_name();
  return name.empty() ? "Kontor" : std::string(utf8_truncate(name, k_issuer_bytes));
}

Result<FactorOffer> SecondFactors::offer(store::WriteTx& tx, std::int64_t user_id) const {
  const Factor factor = TRY(read_factor(tx, user_id));
  if (factor.is_active)
    return refusal(Code::conflict, "second_factor_active",
                   "There is a second factor already; remove it first.");
  const std::string seed = random_bytes(random_, k_totp_seed_bytes);
  const std::string sealed = key_.seal(seed, factor.uid, random_);
  tx.prepare("UPDATE users SET totp_seed = ?, totp_step = 0 WHERE id = ?")
      .with(store::Blob{sealed}, user_id)
      .run();
  FactorOffer offer{.secret = to_base32(seed), .url = otpauth_url(seed, issuer(), factor.email)};
  offer.qr_svg = TRY(qr_svg(offer.url));
  return offer;
}

Result<std::vector<std::string>> SecondFactors::confirm(store::WriteTx& tx, const Context& context,
                                                        std::int64_t user_id,
                                                        std::string_view code) const {
  const Factor factor = TRY(read_factor(tx, user_id));
  if (factor.is_active || factor.seed.empty())
    return refusal(Code::conflict, "no_offer", "No second factor is offered; ask for one first.");
  if (!TRY(take_step(tx, user_id, code, context.now_ms))) return wrong_code();
  tx.prepare("UPDATE users SET totp_since = ? WHERE id = ?").with(context.now_ms, user_id).run();
  end_credentials(tx, context, user_id);
  record_event(tx, context, "users", Uuid::from_blob(factor.uid), "second_factor_on");
  return make_recovery_codes(tx, user_id);
}

Result<std::vector<std::string>> SecondFactors::renew_recovery_codes(store::WriteTx& tx,
                                                                     const Context& context,
                                                                     std::int64_t user_id) const {
  const Factor factor = TRY(read_factor(tx, user_id));
  if (!factor.is_active)
    return refusal(Code::conflict, "no_second_factor", "There is no second factor.");
  record_event(tx, context, "users", Uuid::from_blob(factor.uid), "recovery_codes");
  return make_recovery_codes(tx, user_id);
}

Result<bool> SecondFactors::verify(store::WriteTx& tx, std::int64_t user_id, std::string_view code,
                                   std::int64_t now_ms) const {
  if (code.size() > k_code_chars || !has_second_factor(tx, user_id)) return false;
  if (take_recovery_code(tx, user_id, code)) return true;
  return take_step(tx, user_id, code, now_ms);
}

std::function<bool(store::WriteTx& tx, const User& user, std::string_view code,
                   std::int64_t now_ms)>
SecondFactors::checker() const {
  return [this](store::WriteTx& tx, const User& user, std::string_view code, std::int64_t now_ms) {
    const auto verified = verify(tx, user.row_id, code, now_ms);
    return verified.ok() && *verified;
  };
}

Result<bool> SecondFactors::take_step(store::WriteTx& tx, std::int64_t user_id,
                                      std::string_view code, std::int64_t now_ms) const {
  const Factor factor = TRY(read_factor(tx, user_id));
  const std::string seed = TRY(key_.open(factor.seed, factor.uid));
  const auto step = find_totp_step(seed, code, now_ms, factor.last_step);
  if (!step) return false;
  tx.prepare("UPDATE users SET totp_step = ? WHERE id = ?").with(*step, user_id).run();
  return true;
}

std::vector<std::string> SecondFactors::make_recovery_codes(store::WriteTx& tx,
                                                            std::int64_t user_id) const {
  drop_recovery_codes(tx, user_id);
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < k_recovery_codes; ++i) {
    const std::string bytes = random_bytes(random_, k_recovery_bytes);
    const std::string digest = digest_of(bytes);
    tx.prepare("INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)")
        .with(user_id, store::Blob{digest})
        .run();
    codes.push_back(grouped(to_base32(bytes)));
  }
  return codes;
}

bool has_second_factor(store::ReadTx& tx, std::int64_t user_id) {
  return tx.prepare("SELECT 1 FROM users WHERE id = ? AND totp_since IS NOT NULL")
      .with(user_id)
      .step();
}

std::int64_t count_recovery_codes(store::ReadTx& tx, std::int64_t user_id) {
  store::Statement row = tx.prepare("SELECT count(*) FROM recovery_codes WHERE user_id = ?");
  row.with(user_id).step();
  return row.integer(0);
}

bool remove_second_factor(store::WriteTx& tx, const Context& context, std::int64_t user_id) {
  const auto factor = read_factor(tx, user_id);
  if (!factor.ok() || !factor->is_active) return false;
  tx.prepare("UPDATE users SET totp_seed = NULL, totp_since = NULL, totp_step = 0 WHERE id = ?")
      .with(user_id)
      .run();
  drop_recovery_codes(tx, user_id);
  end_credentials(tx, context, user_id);
  record_event(tx, context, "users", Uuid::from_blob(factor->uid), "second_factor_off");
  return true;
}

bool lacks_second_factor(const Principal& who, FactorRule rule) {
  if (rule == FactorRule::off || who.kind == Principal::Kind::program) return false;
  const bool is_admin = who.rights.has(Flag::users) || who.rights.has(Flag::settings);
  return (rule == FactorRule::all || is_admin) && !who.has_second_factor;
}

}  // namespace kontor::crm
