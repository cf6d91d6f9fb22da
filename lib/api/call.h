// One call of the API, decoded and checked: what a handler sees of a request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/uuid.h"
#include "crm/context.h"
#include "http/message.h"

namespace kontor::api {

struct Route;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Call {
  const Route* route = nullptr;
  std::string path;
  http::Params params;  // of the path
  http::Params query;
  Json body{};  // null if there is none
  bool has_body = false;
  std::optional<std::int64_t> if_version = {};  // from If-Match; none: any version
  std::string last_event_id = {};
  std::string accept_encoding = {};     // of pages that are kept compressed
  std::string idempotency_key = {};     // empty: none
  std::string request_hash = {};        // of method, path and body
  std::string principal = "anonymous";  // who is calling; keys are kept apart by it
  crm::Context context = {};
  Headers reply_headers = {};  // of every answer to it, a refusal too

  // First of that name; nullopt: not given.
  std::optional<std::string_view> parameter(std::string_view name) const;
  // The path's {id}; nullopt if it is no UUID, and so the id of nothing.
  std::optional<Uuid> id() const;
};

}  // namespace kontor::api
