// A route is a row of data: what it is called, who may call it, what goes in and comes out, and
// the function behind it. Routing, OpenAPI, the pages under /docs and the tests read the same rows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/call.h"
#include "api/permission.h"
#include "base/result.h"
#include "http/message.h"
#include "http/router.h"
#include "model/entity.h"
#include "store/transaction.h"

namespace kontor::api {

// What a body holds: nothing, JSON of a named schema, or another media type. No default.
class Payload {
 public:
  static Payload none() { return {"", ""}; }
  static Payload json(std::string schema) { return {"application/json", std::move(schema)}; }
  static Payload media(std::string type) { return {std::move(type), ""}; }
  Payload or_media(std::string type) && {
    other_types_.push_back(std::move(type));
    return std::move(*this);
  }
  bool is_none() const { return media_type_.empty(); }
  bool is_json() const { return media_type_ == "application/json"; }
  const std::string& media_type() const { return media_type_; }
  const std::vector<std::string>& other_types() const { return other_types_; }
  const std::string& schema() const { return schema_; }

 private:
  Payload(std::string media_type, std::string schema)
      : media_type_(std::move(media_type)), schema_(std::move(schema)) {}
  std::string media_type_, schema_;
  std::vector<std::string> other_types_ = {};
};

// A query parameter. `schema` is a JSON schema as text.
struct Parameter {
  std::string name;
  std::string description;
  std::string schema = R"({"type":"string"})";
};

struct Site;

// The kinds of handlers. Reads and writes run inside a transaction of the store; a write may run
// more than once, so it must have no effect but through its transaction. What waits for something
// other than the disk, such as the hash of a password, gives an answer that is late.
using ReadHandler = Result<http::Response> (*)(const Site&, store::ReadTx&, const Call&);
using WriteHandler = Result<http::Response> (*)(const Site&, store::WriteTx&, const Call&);
using DirectHandler = Result<http::Response> (*)(const Site&, const Call&);
using LateHandler = std::shared_ptr<http::LateAnswer> (*)(const Site&, Call, const http::Request&);
using RouteHandler = std::variant<ReadHandler, WriteHandler, DirectHandler, LateHandler>;

struct Route {
  std::string_view method;
  std::string pattern;
  Permission permission;
  std::string summary;
  Payload request;
  int status;  // of success
  Payload reply;
  RouteHandler handler;
  std::string tag = {};  // chapter of the reference
  std::vector<Parameter> query = {};
  bool versioned = false;    // replies carry an ETag that If-Match understands
  bool conditional = false;  // reads: If-None-Match; writes: If-Match
  bool body_required = false;
  bool any_query = false;          // the handler reads the query itself
  std::vector<int> refusals = {};  // statuses beyond those that follow from the row
  const model::Entity* entity = nullptr;
  std::string_view action = {};
  int cost = 1;                       // of the caller's requests a minute; 0: free
  bool needs_confirmation = false;    // dangerous: asks a browser for the password again
  bool before_second_factor = false;  // also for who has yet to take the one that the firm asks for

  bool is_write() const { return std::holds_alternative<WriteHandler>(handler); }
};

// The statuses that a route can answer beside its success, ascending.
std::vector<int> refusals_of(const Route& route);

// All routes, found by method and path.
class RouteTable {
 public:
  explicit RouteTable(std::vector<Route> routes);

  struct Found {
    const Route* route = nullptr;
    http::Params params;
    std::vector<std::string>
        allowed;  // methods of the path if `route` is null; empty: no such path
  };
  // HEAD finds GET's route. Thread-safe.
  Found find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  http::Router router_;
  std::map<std::pair<std::string, std::string>, const Route*> by_pattern_;
};

// The routes of the product, in the order of the reference.
std::vector<Route> all_routes();

}  // namespace kontor::api
