// The web UI: who gets its page, and in which language and theme; and the files that the page
// loads.
#pragma once

#include <optional>
#include <vector>

#include "api/route.h"
#include "http/message.h"

namespace kontor::api {

struct Site;

// The answer to a GET that is for the UI: a page for a browser, or a file that is served at the
// top. nullopt: it is for somebody else, or the program was built without a UI. To be asked about
// paths that no route has, and about "/".
//
// Pages are one page, whose script shows what its address says. While there is no user a browser is
// sent to /setup, and one that has not signed in to /login?next=..., so that neither page asks the
// API for what it will not get.
std::optional<http::Response> web_answer(const Site& site, const http::Request& request);

// The files with a hash in their names.
std::vector<Route> web_routes();

}  // namespace kontor::api
