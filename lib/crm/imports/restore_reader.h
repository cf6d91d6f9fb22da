// The records of a whole export, as they were: ids, numbers, times, states, what the server owns.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/uuid.h"
#include "model/record.h"

namespace kontor::crm {

// Reads one file forwards, once; memory is bounded by one record. Not thread-safe. Errors are
// Code::invalid (kind bad_export) and say what of the record is wrong; the caller knows the file
// and asks line() where.
class RestoreReader {
 public:
  RestoreReader() = default;
  RestoreReader(const RestoreReader&) = delete;
  RestoreReader& operator=(const RestoreReader&) = delete;
  virtual ~RestoreReader() = default;

  // False: the file has no more.
  virtual Result<bool> next(model::Record& record) = 0;
  // Of the record that next() gave, or failed at; from 1. A row of CSV counts as one line.
  virtual std::int64_t line() const = 0;
  // Who made the record that next() gave, where it came from; nullopt: nobody.
  const std::optional<Uuid>& created_by() const { return created_by_; }

 protected:
  Result<void> set_created_by(std::string_view text);

 private:
  std::optional<Uuid> created_by_{};
};

// The stream must outlive it. A CSV file that lacks a column or has one that is not known is
// refused at once: something of the records would be lost.
std::unique_ptr<RestoreReader> open_restored_json(std::istream& file, const model::Entity& entity);
Result<std::unique_ptr<RestoreReader>> open_restored_csv(std::istream& file, char delimiter,
                                                         const model::Entity& entity);

// The name of a record in another system.
struct RestoredName {
  std::string collection, system, key;
  std::string id;
};

class RestoredNames {
 public:
  RestoredNames() = default;
  RestoredNames(const RestoredNames&) = delete;
  RestoredNames& operator=(const RestoredNames&) = delete;
  virtual ~RestoredNames() = default;
  virtual Result<bool> next(RestoredName& name) = 0;
  virtual std::int64_t line() const = 0;
};

std::unique_ptr<RestoredNames> open_restored_json_names(std::istream& file);
Result<std::unique_ptr<RestoredNames>> open_restored_csv_names(std::istream& file, char delimiter);

// What the readers share: the parts of a record that are no fields. False: `name` is none of them.
Result<bool> set_metadata(model::Record& record, std::string_view name, std::string_view text);
// Are they all there?
Result<void> check_metadata(const model::Record& record);

// Code::invalid, kind bad_export.
Error bad_record(std::string_view field, std::string_view detail);

}  // namespace kontor::crm
