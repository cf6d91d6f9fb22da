#include "api/html.h"

namespace kontor::api {

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string marked(std::string_view text) {
  std::string out;
  bool is_code = false;
  while (!text.empty()) {
    const auto quote = text.find('`');
    out += escape(text.substr(0, quote));
    if (quote == std::string_view::npos) break;
    out += is_code ? "</code>" : "<code>";
    is_code = !is_code;
    text.remove_prefix(quote + 1);
  }
  if (is_code) out += "</code>";
  return out;
}

std::string document(std::string_view title, std::string_view style_path, std::string_view body) {
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  out += escape(title) + " - Kontor</title>";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
  out += "<link rel=\"stylesheet\" href=\"" + escape(style_path) + "\">";
  out += "<link rel=\"icon\" href=\"/favicon.ico\" type=\"image/svg+xml\"></head><body>";
  return out.append(body) + "</body></html>\n";
}

}  // namespace kontor::api
