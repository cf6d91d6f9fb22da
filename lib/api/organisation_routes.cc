#include "api/organisation_routes.h"

#include <utility>

#include "api/etag.h"
#include "api/replies.h"
#include "api/site.h"
#include "crm/organisation/organisation_record.h"

namespace kontor::api {
namespace {

using http::Response;

Response reply(const Site& site, const crm::OrganisationRecord& record) {
  Response response = json_reply(200, crm::to_json(record, site.services.organisation));
  return std::move(response.with("ETag", version_tag(record.version)));
}

Result<Response> show_organisation(const Site& site, store::ReadTx& tx, const Call&) {
  return reply(site, crm::read_organisation(tx));
}

Result<Response> change_organisation(const Site& site, store::WriteTx& tx, const Call& call) {
  site.services.records.announce(tx);
  return reply(site, TRY(crm::change_organisation(tx, call.context, site.services.organisation,
                                                  call.body, call.if_version)));
}

}  // namespace

std::vector<Route> organisation_routes() {
  std::vector<Route> routes;
  const Permission settings = Permission::flag(crm::Flag::settings);
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/organisation",
                    .permission = settings,
                    .summary = "Name, address, currency, time zone and the like of the firm",
                    .request = Payload::none(),
                    .status = 200,
                    .reply = Payload::json("Organisation"),
                    .handler = ReadHandler(show_organisation),
                    .tag = "Organisation",
                    .versioned = true,
                    .conditional = true});
  routes.push_back({.method = "PATCH",
                    .pattern = "/api/v1/organisation",
                    .permission = settings,
                    .summary = "Changes what the firm goes by, from now on",
                    .request = Payload::json("OrganisationPatch"),
                    .status = 200,
                    .reply = Payload::json("Organisation"),
                    .handler = WriteHandler(change_organisation),
                    .tag = "Organisation",
                    .versioned = true,
                    .conditional = true,
                    .body_required = true});
  return routes;
}

}  // namespace kontor::api
