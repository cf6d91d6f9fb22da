#include "base/civil.h"
#include "base/json_writer.h"
#include "crm/accounts/links.h"
#include "crm/accounts/lock_out.h"
#include "crm/accounts/passwords.h"
#include "crm/accounts/second_factor.h"
#include "crm/accounts/users.h"
#include "operations/operation.h"
#include "public_url.h"

namespace kontor::app {
namespace {

using crm::User;

crm::Context who(const OperationContext& context) { return {.now_ms = context.clock.now_ms()}; }

Result<User> need_user(store::ReadTx& tx, const std::string& email) {
  if (auto user = crm::find_user_by_email(tx, email)) return *std::move(user);
  return Error{.code = Code::not_found,
               .message = "There is no user " + email + ".",
               .kind = "unknown_user",
               .hint = "kontor user list"};
}

// By e-mail address, for a command that changes her.
template <class Change>
Result<std::string> change(const OperationContext& context, const OperationCall& call,
                           Change&& apply) {
  const std::string email = call.text("email");
  const Result<User> changed = context.store.write([&](store::WriteTx& tx) -> Result<User> {
    const User before = TRY(need_user(tx, email));
    return apply(tx, before);
  });
  if (!changed.ok()) return changed.error();
  return crm::to_json(*changed);
}

Result<std::string> hashed(const OperationContext& context, crm::PasswordWish wish) {
  if (wish.password.empty()) return std::string();
  return context.accounts.hasher().wait(
      [&] { return crm::new_password_hash(wish, context.accounts.settings()); });
}

crm::NewUser new_user(const OperationContext& context, const OperationCall& call,
                      std::string password_hash) {
  return {.id = context.records.new_id(),
          .email = call.text("email"),
          .name = call.text("name"),
          .roles = call.texts("roles"),
          .password_hash = std::move(password_hash)};
}

Result<std::string> wished_hash(const OperationContext& context, const OperationCall& call) {
  return hashed(
      context,
      {.password = call.text("password"), .email = call.text("email"), .name = call.text("name")});
}

std::string link_json(const OperationContext& context, const std::string& path,
                      const crm::Link& link) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("url").string(public_url(context.config, context.data_dir) + path);
  out.key("path").string(path).key("expires_at").string(format_instant(link.expires_at_ms));
  out.end_object();
  return text;
}

}  // namespace

Result<std::string> add_user(const OperationContext& context, OperationCall& call) {
  const std::string hash = TRY(wished_hash(context, call));
  const User made = TRY(context.store.write([&](store::WriteTx& tx) {
    return crm::create_user(tx, who(context), new_user(context, call, hash));
  }));
  return crm::to_json(made);
}

Result<std::string> add_first_user(const OperationContext& context, OperationCall& call) {
  const std::string hash = TRY(wished_hash(context, call));
  const User made = TRY(context.store.write([&](store::WriteTx& tx) -> Result<User> {
    if (crm::any_user(tx))
      return Error{.code = Code::conflict,
                   .message = "There are users already, so no first one was made.",
                   .kind = "set_up_already",
                   .hint = "kontor user add EMAIL --role owner"};
    return crm::create_user(tx, who(context), new_user(context, call, hash));
  }));
  return crm::to_json(made);
}

Result<std::string> set_user_password(const OperationContext& context, OperationCall& call) {
  const auto& rules = context.accounts.settings().passwords;
  const auto wish = context.store.read([&](store::ReadTx& tx) -> Result<crm::PasswordWish> {
    const User user = TRY(need_user(tx, call.text("email")));
    return crm::PasswordWish{.password = call.text("password"),
                             .email = user.email,
                             .name = user.name,
                             .used = crm::used_passwords(tx, user, rules)};
  });
  if (!wish.ok()) return wish.error();
  const std::string hash = TRY(hashed(context, *wish));
  return change(context, call, [&](store::WriteTx& tx, const User& user) {
    return crm::set_password(tx, who(context), user, hash, rules);
  });
}

Result<std::string> set_user_roles(const OperationContext& context, OperationCall& call) {
  return change(context, call, [&](store::WriteTx& tx, const User& user) {
    return crm::change_user(tx, who(context), user, {.roles = call.texts("roles")});
  });
}

Result<std::string> set_user_status(const OperationContext& context, OperationCall& call) {
  return change(context, call, [&](store::WriteTx& tx, const User& user) {
    return crm::change_user(tx, who(context), user, {.active = call.flag("active")});
  });
}

Result<std::string> unlock_user(const OperationContext& context, OperationCall& call) {
  return change(context, call, [&](store::WriteTx& tx, const User& user) -> Result<User> {
    crm::unlock_user(tx, user.row_id, user.email);
    return user;
  });
}

Result<std::string> reset_second_factor(const OperationContext& context, OperationCall& call) {
  return change(context, call, [&](store::WriteTx& tx, const User& user) -> Result<User> {
    crm::remove_second_factor(tx, who(context), user.row_id);
    return *crm::find_user(tx, user.row_id);
  });
}

Result<std::string> make_login_link(const OperationContext& context, OperationCall& call) {
  const auto link = context.store.write([&](store::WriteTx& tx) -> Result<crm::Link> {
    const User user = TRY(need_user(tx, call.text("email")));
    if (!user.active)
      return Error{.code = Code::conflict,
                   .message = user.email + " is disabled.",
                   .kind = "user_disabled",
                   .hint = "kontor user enable " + user.email};
    return crm::make_sign_in_link(tx, user.row_id, context.clock.now_ms(), context.random);
  });
  if (!link.ok()) return link.error();
  return link_json(context, "/login?link=" + link->token, *link);
}

}  // namespace kontor::app
