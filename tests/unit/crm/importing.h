// A firm that brings in files.
#pragma once

#include <sstream>

#include "crm/imports/importer.h"
#include "unit/crm/firm.h"

namespace kontor::test {

class Importing : public Firm {
 public:
  using Firm::Firm;

  // What failed is in `errors`, of the last import alone.
  Result<crm::ImportReport> try_import(std::string_view collection, const std::string& file,
                                       const std::string& lines = "",
                                       crm::ImportOptions options = {}) {
    std::istringstream in(file), line_in(lines);
    options.file = &in;
    if (!lines.empty()) options.lines = &line_in;
    errors.str("");
    options.errors = &errors;
    return crm::import_records(database.store(), records, context(), entity(collection), options);
  }
  crm::ImportReport import(std::string_view collection, const std::string& file,
                           const std::string& lines = "", crm::ImportOptions options = {}) {
    auto report = try_import(collection, file, lines, std::move(options));
    if (!report.ok()) FAIL(report.error().message);
    return *report;
  }
  // The only record of a collection.
  Json only(std::string_view collection) {
    auto page = list(collection, {});
    REQUIRE(page.ok());
    const Json all = json(page->json);
    REQUIRE(all.find("data")->array()->size() == 1);
    return all.find("data")->array()->front();
  }
  std::int64_t count(std::string_view collection) {
    auto page = list(collection, {{"count", "exact"}});
    REQUIRE(page.ok());
    return integer(json(page->json), "count");
  }
  std::int64_t number(std::string_view sql) {
    return *database.store().read([&](store::ReadTx& tx) -> Result<std::int64_t> {
      auto row = tx.prepare(sql);
      row.step();
      return row.integer(0);
    });
  }

  std::ostringstream errors;
};

}  // namespace kontor::test
