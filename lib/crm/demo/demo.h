// Demo data: a made-up firm with a past, put into a database and taken out again without a trace.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil.h"
#include "base/result.h"
#include "crm/records.h"
#include "store/store.h"

namespace kontor::crm {

enum class DemoSize { s, m, l };  // a few records, a firm's past, 100,000 customers

struct DemoOptions {
  std::string preset = "shop";  // one of demo_presets()
  DemoSize size = DemoSize::m;
  std::string language = "en";  // or "vi": of names, words and notes
  std::uint64_t seed = 1;
  Date today{};  // in the organisation's zone; the last day of the firm's past
};

struct DemoReport {
  std::map<std::string, std::int64_t> counts;  // by collection, and "order_lines"
};

struct DemoCleared {
  struct Kept {
    std::string collection, id, title;
  };
  std::map<std::string, std::int64_t> removed;  // by collection
  std::vector<Kept> kept;  // demo records that real ones refer to, at most limits::page_max
  std::int64_t kept_count = 0;
};

// The kinds of firm that there are, the usual one first; and the languages.
std::span<const std::string_view> demo_presets();
std::span<const std::string_view> demo_languages();
// Code::usage if one of the two is unknown; the hint names those that there are.
Result<void> check_demo(std::string_view preset, std::string_view language);

// The currency and country that a throw-away demo should take as its organisation's: of this
// country, or if the demo knows no places there (as of ""), of the home of the language.
struct DemoFirm {
  std::string currency, country;
};
DemoFirm demo_firm(std::string_view language, std::string_view country);

// Prices are in the organisation's currency, and the customers live in its country if the demo
// knows places there. The same options for the same organisation give the same records, ids
// included; only the change numbers are the database's own. Every record carries the tag `demo` and
// is registered in external_ids as "demo:<preset>"; orders have numbers of their own series
// (D-2026-00001), so that real ones stay without a gap. Orders are history and move no stock. Size
// l is written in parts of some thousand records, so a failure may leave some: clear_demo removes
// them. Code::conflict `demo_loaded` if demo records are there already; Code::usage for an unknown
// preset or language.
Result<DemoReport> load_demo(store::Store& store, const Records& records,
                             const DemoOptions& options);

// Removes what load_demo made, with its history and its stock ledger, in one transaction. Records
// that real ones refer to stay, are listed, and are asked again by the next clear.
Result<DemoCleared> clear_demo(store::Store& store, const Context& context);

// How many there are now.
std::int64_t demo_records(store::ReadTx& tx);

std::string to_json(const DemoReport& report);
std::string to_json(const DemoCleared& cleared);

}  // namespace kontor::crm
