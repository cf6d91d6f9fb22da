#include "api/pages.h"

#include "api/html.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "api/reference.h"
#include "http/compression.h"
#include "http/conditional.h"

namespace kontor::api {
namespace {

constexpr std::size_t k_compressed_bytes = 1024;  // below it a packet more or less is the same
constexpr std::string_view k_html = "text/html; charset=utf-8";

constexpr std::string_view k_style = R"(
:root{color-scheme:light dark;--line:#8884;--soft:#8882}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
h1,h2,h3{line-height:1.2}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
h3{margin:1.5rem 0 .25rem;font-size:1rem}
code,pre{font:14px/1.4 ui-monospace,monospace;background:var(--soft)}
code,pre{border-radius:3px;padding:0 .2em}
pre{padding:.6rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.25rem 0 1rem}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0}
th,td{border-bottom:1px solid var(--soft)}
summary{cursor:pointer}
a{color:inherit}
nav a{margin-right:1rem}
.method{display:inline-block;min-width:4.2em;font-weight:600}
)";

constexpr std::string_view k_icon = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<rect width="16" height="16" rx="3" fill="#1f4e79"/>
<path d="M5 3v10M11 3 6 8l5 5" stroke="#fff" stroke-width="2" fill="none"/></svg>
)";

Page page(std::string_view content_type, std::string body,
          std::string_view cache_control = "no-cache") {
  std::string gzip;
  if (body.size() > k_compressed_bytes) gzip = http::encode(http::Coding::gzip, body);
  std::string etag = http::etag_of(body);
  return {std::string(content_type), std::move(body), std::move(gzip), std::move(etag),
          std::string(cache_control)};
}

// The name changes with the content, so browsers may keep it for ever.
std::string style_path() {
  const std::string tag = http::etag_of(k_style);
  return "/docs/assets/style-" + tag.substr(1, 12) + ".css";
}

std::string problem_page(const ProblemType& type, std::string_view style) {
  std::string body = "<h1>" + escape(type.title) + "</h1><p>Code <code>" + escape(type.code) +
                     "</code>, status " + std::to_string(type.status) + ".</p><p>" +
                     marked(type.meaning) + "</p><p><a href=\"/docs\">All routes</a></p>";
  return document(type.title, style, body);
}

}  // namespace

std::map<std::string, Page, std::less<>> make_pages(const RouteTable& routes,
                                                    std::string_view version) {
  const std::string style = style_path();
  std::map<std::string, Page, std::less<>> pages;
  pages["/openapi.json"] = page("application/json", write_openapi(routes, version));
  pages["/docs"] = page(k_html, reference_html(routes, version, style));
  pages["/"] = page(k_html, index_html(routes, version, style));
  for (const ProblemType& type : problem_types())
    pages["/docs/problems/" + std::string(type.code)] = page(k_html, problem_page(type, style));
  pages[style] =
      page("text/css; charset=utf-8", std::string(k_style), "public, max-age=31536000, immutable");
  pages["/robots.txt"] = page("text/plain; charset=utf-8", "User-agent: *\nDisallow: /api/\n");
  pages["/favicon.ico"] = page("image/svg+xml", std::string(k_icon));
  return pages;
}

}  // namespace kontor::api
