// Signing in: by e-mail address and password, by a link that works once, and the first set-up. Each
// hashes on the PasswordHasher's threads and then writes; the caller waits for neither, and gets
// its answer by a call of `done`, on one of their threads or on its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "crm/accounts/account_settings.h"
#include "crm/accounts/password_hasher.h"
#include "crm/accounts/sessions.h"
#include "crm/accounts/user.h"
#include "crm/context.h"
#include "store/store.h"

namespace kontor::crm {

// What a browser brings along.
struct Browser {
  std::string device = {};  // its device token; anything, or empty
  std::string user_agent = {};
};

struct SignInAttempt {
  std::string email = {};
  std::string password = {};
  std::string code = {};  // of the second factor
  Browser browser = {};
  Context context = {};
};

struct LinkAttempt {
  std::string token = {};
  std::string code = {};
  std::string new_password = {};  // empty: it stays as it is
  Browser browser = {};
  Context context = {};
};

struct SetUpAttempt {
  std::string token = {};
  std::string email = {};
  std::string name = {};
  std::string password = {};
  Browser browser = {};
  Context context = {};
};

// Of a user who has signed in: the context's principal.
struct ConfirmAttempt {
  std::string password = {};
  std::string code = {};  // instead of the password, by who has a second factor
  Context context = {};
};

struct OwnPasswordAttempt {
  std::string password = {};
  std::string current = {};
  Context context = {};
};

struct SignedIn {
  User user;
  StartedSession session;
  std::string device;  // token by which this browser is known from now on
};

// Thread-safe. All that it is given must outlive it and the calls of `done` that are to come, which
// the PasswordHasher and then the store make before they end.
class SignIn {
 public:
  // Is this a code of the user's second factor, or a recovery code? What it accepts it uses up.
  using CheckCode = std::function<bool(store::WriteTx& tx, const User& user, std::string_view code,
                                       std::int64_t now_ms)>;
  using Done = std::function<void(Result<SignedIn>)>;

  struct Parts {
    store::Store& store;
    PasswordHasher& hasher;
    const Sessions& sessions;
    Random& random;
    UuidSource& ids;
    const AccountSettings& settings;
    CheckCode check_code = {};    // empty: whoever has a second factor cannot sign in
    const Logger* log = nullptr;  // failures and successes, docs/how-to/fail2ban.md
  };

  explicit SignIn(Parts parts) : parts_(std::move(parts)) {}

  // An address that is unknown, a wrong password or code, a user who is disabled, a lock: one error
  // (Code::unauthenticated, kind sign_in_failed), and for all of them the same work. Code::busy if
  // too many wait already.
  void by_password(SignInAttempt attempt, const Done& done) const;

  // Past all locks. Code::unauthenticated, kind link_refused, if the link or the code is not right;
  // Code::invalid (pointer /password) if the new password is not taken: the link is still good
  // then.
  void by_link(LinkAttempt attempt, const Done& done) const;

  // She says once more who she is, for dangerous actions: her session is as if she had just signed
  // in. Code::forbidden, kind confirmation_failed; failures are counted and lock, apart from those
  // at the door.
  void confirm(ConfirmAttempt attempt, const std::function<void(Result<void>)>& done) const;

  // The hash of a new password for herself, for set_password(); errors as new_password_hash().
  // Wrong current ones are counted with those of confirm().
  void new_own_password(OwnPasswordAttempt attempt,
                        const std::function<void(Result<std::string>)>& done) const;

  // The first user, an owner. As by_link(); Code::conflict (kind set_up_already) once there is any.
  void set_up(SetUpAttempt attempt, const Done& done) const;

 private:
  struct PasswordTry;
  struct LinkTry;
  struct SetUpTry;
  struct Confirmation;

  void verify(const std::shared_ptr<PasswordTry>& attempt, const Done& done) const;
  Result<std::optional<SignedIn>> conclude(store::WriteTx& tx, PasswordTry& attempt) const;
  Result<bool> conclude(store::WriteTx& tx, Confirmation& attempt) const;
  Result<std::string> hash_of(const Context& context) const;
  Result<SignedIn> enter_by_link(store::WriteTx& tx, LinkTry& attempt) const;
  Result<SignedIn> make_first_user(store::WriteTx& tx, SetUpTry& attempt) const;
  Result<SignedIn> enter(store::WriteTx& tx, const Context& context, const User& user,
                         const Browser& browser) const;
  bool code_is_right(store::WriteTx& tx, const User& user, std::string_view code,
                     std::int64_t now_ms) const;
  void log_failure(const Context& context, std::string_view account, std::string_view why) const;
  void log_success(const Context& context, const User& user, std::string_view how) const;

  Parts parts_;
};

}  // namespace kontor::crm
