// Which page of the web UI a browser wants: its screen, language and theme, and whether it wants
// one.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::api {

// Does the client take HTML? It says so by name; where `any` it is enough that it takes anything
// (*/*, or no Accept at all) and does not ask for JSON by name.
bool takes_page(const http::Request& request, bool any);

// "list-vi-dark.html": the page that names the scripts of the screen at this address, so that they
// are on their way while the first of them is read ("index" names none); the language of the cookie
// kontor_lang, else the organisation's (empty: it has chosen none), else that of Accept-Language,
// else English; the theme of the cookie kontor_theme, else that of the system ("auto").
std::string page_of(const http::Request& request, std::string_view firms_language);

}  // namespace kontor::api
