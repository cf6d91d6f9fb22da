// The pages that are made once, at start, from the routes: the reference and what stands beside it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/route.h"

namespace kontor::api {

// Bytes that are the same for everybody until the next start.
struct Page {
  std::string content_type;
  std::string body;
  std::string gzip;  // empty: not worth it
  std::string etag;  // with its quotes
  std::string cache_control;
};

// By path: /openapi.json, /docs, /docs/problems/<code>, the style sheet, /, /robots.txt, the icon.
std::map<std::string, Page, std::less<>> make_pages(const RouteTable& routes,
                                                    std::string_view version);

}  // namespace kontor::api
