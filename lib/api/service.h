// The API as the program sees it: what it needs, and the one handler that the HTTP front calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/backups.h"
#include "api/event_hub.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/metrics_text.h"
#include "base/random.h"
#include "base/uuid.h"
#include "crm/accounts/accounts.h"
#include "crm/organisation/current_organisation.h"
#include "crm/records.h"
#include "http/message.h"
#include "http/server.h"
#include "store/store.h"

namespace kontor::api {

// Of a server that follows another one and takes no writes.
struct StandbyView {
  bool follows = false;  // it has, or had a moment ago, all that there is to have
  std::string detail = {};
};

struct Services {
  store::Store& store;
  crm::CurrentOrganisation& organisation;
  const crm::Records& records;  // its on_change must call events.wake()
  EventHub& events;
  crm::Accounts& accounts;
  UuidSource& ids;
  Random& random;
  const Clock& clock;
  // A request ended in 500 because something was thrown; for the log. From any worker.
  std::function<void(std::string_view request_id, std::string_view target, std::string_view what)>
      on_failure = {};
  // Whether what the caller showed counts still, and her rights are what they were: asked again and
  // again by what goes on after its request, as a stream of events or an import. Quick; from any
  // thread. Empty: always.
  std::function<bool(const crm::Principal&)> still_valid = {};
  // Adds what the program knows to /metrics. From any worker.
  std::function<void(MetricsText& out)> write_figures = {};
  // Adds what the program knows to GET /api/v1/system, as members of the object. From any worker.
  std::function<void(JsonWriter& out)> write_system = {};
  std::function<StandbyView()> standby = {};  // empty: it is none. From any worker.
  Backups* backups = nullptr;                 // null: this server keeps none
};

struct Settings {
  std::string version = {};            // of the program
  int schema_version = 0;              // of the database
  std::filesystem::path scratch = {};  // folder for copies of the database; empty: the system's
  bool require_if_match = false;       // PATCH and DELETE must name the version that they change
  std::vector<std::string> cors_origins = {};  // pages of other sites that may call with a token
  std::int64_t rate_limit = 0;  // requests a minute of one token; 0: no limits at all
  std::string_view web = {};    // the packed web UI (http::AssetPack), for good; empty: none
  bool server_timing = false;   // answers to this machine say where their time went
};

// Everything in `services` must outlive it. Thread-safe.
class Api {
 public:
  static std::unique_ptr<Api> open(Services services, Settings settings);
  virtual ~Api() = default;

  // For http::Server::open; valid as long as the Api. Never throws.
  virtual http::Handler handler() = 0;
  // Counts what was answered, for /metrics: the server's OnExchange must call it. Any thread.
  virtual void observe(const http::Exchange& exchange) = 0;
  // From now on /readyz answers 503, so that a proxy sends new work elsewhere. Call it before
  // http::Server::drain().
  virtual void begin_drain() = 0;
};

// The OpenAPI 3.1 document, as JSON: what GET /openapi.json answers.
std::string openapi_document(std::string_view version);

}  // namespace kontor::api
