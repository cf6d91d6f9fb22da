#include "crm/accounts/token_scopes.h"

#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_every = "*";

bool names_act(std::string_view name, Act act) { return name == k_every || name == name_of(act); }

// False: it names nothing.
bool grant_acts(Rights& rights, std::string_view collection, std::string_view act_name) {
  bool granted = false;
  for (const model::Entity* entity : model::entities()) {
    if (collection != k_every && collection != entity->collection) continue;
    for (std::size_t i = 0; i < k_acts; ++i) {
      const auto act = static_cast<Act>(i);
      if (!names_act(act_name, act)) continue;
      rights.set(*entity, act, Reach::all);
      granted = true;
    }
  }
  return granted;
}

bool grant_flag(Rights& rights, std::string_view name) {
  for (std::size_t i = 0; i < k_flags; ++i) {
    const auto flag = static_cast<Flag>(i);
    if (name != name_of(flag)) continue;
    rights.set(flag, true);
    return true;
  }
  return false;
}

bool grant(Rights& rights, std::string_view scope) {
  const std::size_t colon = scope.find(':');
  if (colon == std::string_view::npos) return grant_flag(rights, scope);
  return grant_acts(rights, scope.substr(0, colon), scope.substr(colon + 1));
}

std::string did_you_mean(std::string_view scope) {
  std::vector<std::string> all;
  for (const model::Entity* entity : model::entities()) {
    for (std::size_t i = 0; i < k_acts; ++i)
      all.push_back(std::string(entity->collection) + ":" +
                    std::string(name_of(static_cast<Act>(i))));
  }
  for (std::size_t i = 0; i < k_flags; ++i) all.emplace_back(name_of(static_cast<Flag>(i)));
  const std::vector<std::string_view> names(all.begin(), all.end());
  const auto meant = nearest(scope, names);
  return meant ? " Did you mean \"" + std::string(*meant) + "\"?" : std::string();
}

FieldError fault(std::size_t position, std::string code, std::string detail) {
  return {.pointer = "/scopes/" + std::to_string(position),
          .code = std::move(code),
          .detail = std::move(detail)};
}

Error invalid(std::vector<FieldError> fields) {
  std::string message = fields.front().detail;
  return {.code = Code::invalid,
          .message = std::move(message),
          .kind = "validation_failed",
          .fields = std::move(fields),
          .hint =
              "scopes are COLLECTION:ACT such as customers:read, orders:* or *:read, or a flag "
              "such as see_cost"};
}

// What a scope names may be a megabyte long.
std::string shown(std::string_view scope) {
  return "\"" + std::string(utf8_truncate(scope, limits::token_scope_bytes)) + "\"";
}

std::optional<FieldError> fault_of(std::string_view scope, std::size_t position,
                                   const Rights* owner) {
  Rights granted;
  if (scope.size() > limits::token_scope_bytes || !grant(granted, scope))
    return fault(position, "unknown_scope",
                 "There is no scope " + shown(scope) + "." +
                     (scope.size() > limits::token_scope_bytes ? "" : did_you_mean(scope)));
  if (owner == nullptr) return std::nullopt;
  granted.narrow(*owner);
  Rights nothing;
  nothing.narrow(*owner);
  if (granted != nothing) return std::nullopt;
  return fault(position, "exceeds_owner",
               "The owner has no right that " + shown(scope) + " names.");
}

Result<void> check_each(const std::vector<std::string>& scopes, const Rights* owner) {
  std::vector<FieldError> faults;
  if (scopes.size() > limits::token_scopes)
    return invalid(
        {{.pointer = "/scopes",
          .code = "too_many",
          .detail = "A token has at most " + std::to_string(limits::token_scopes) + " scopes."}});
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (auto found = fault_of(scopes[i], i, owner)) faults.push_back(*std::move(found));
  }
  return faults.empty() ? Result<void>() : invalid(std::move(faults));
}

}  // namespace

Result<Rights> rights_of_scopes(const std::vector<std::string>& scopes) {
  if (scopes.empty()) return Rights::everything();
  TRY(check_each(scopes, nullptr));
  Rights rights;
  for (const std::string& scope : scopes) grant(rights, scope);
  return rights;
}

Result<void> check_scopes(const std::vector<std::string>& scopes, const Rights& owner) {
  return check_each(scopes, &owner);
}

}  // namespace kontor::crm
