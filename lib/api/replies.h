// Small pieces that handlers share: replies, ids and parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/route.h"
#include "base/result.h"
#include "crm/records.h"
#include "http/message.h"
#include "model/entity.h"

namespace kontor::api {

// JSON of a moment: not to be stored by anyone.
http::Response json_reply(int status, std::string body);
// A record after a write, with its ETag.
http::Response written_reply(int status, crm::Written written);

Error no_such_record(const model::Entity& entity);
Error bad_parameter(std::string_view name, std::string code, std::string detail);

// The path's id; Code::not_found if it is none that a record could have.
Result<Uuid> record_id(const Call& call);
// A parameter that is a whole number ≥ 0; `fallback` if it is not given.
Result<std::int64_t> whole_parameter(const Call& call, std::string_view name,
                                     std::int64_t fallback);
// `limit`, 1 to limits::page_max.
Result<int> page_limit(const Call& call);
// `topics`: names of collections; an unknown one is an error, and one that the caller may not read.
Result<std::vector<std::string>> topics(const Call& call);

// `limit` and `cursor`, for a route's row.
std::vector<Parameter> page_parameters();
Parameter topics_parameter();

}  // namespace kontor::api
