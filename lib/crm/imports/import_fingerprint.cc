#include "crm/imports/import_fingerprint.h"

#include <string>
#include <vector>

#include "base/sha256.h"
#include "crm/imports/import_names.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_piece_bytes = 65536;

Result<std::string> digest(std::istream& file) {
  Sha256Stream hash;
  std::vector<char> piece(k_piece_bytes);
  do {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.add({piece.data(), static_cast<std::size_t>(file.gcount())});
  } while (file);
  const bool whole = file.eof() && !file.bad();
  file.clear();
  file.seekg(0);
  if (whole && file) return hash.hex();
  return Error{.code = Code::io_error, .message = "The file could not be read to its end."};
}

}  // namespace

Result<ImportRecord> describe_import(const model::Entity& entity, const ImportOptions& options) {
  ImportRecord record;
  record.collection = std::string(entity.collection);
  record.file_name = options.file_name;
  record.sha256 = TRY(digest(*options.file));
  record.mode = std::string(name_of(options.mode));
  record.state = "running";
  std::string all = record.collection + '\n' + record.sha256 + '\n' + record.mode + '\n' +
                    options.system + '\n' + options.map_json + '\n' + options.reading.format +
                    '\n' + options.reading.encoding + '\n' + options.reading.delimiter + '\n' +
                    options.reading.dates + '\n' + options.reading.decimal + '\n';
  if (options.lines != nullptr) all += TRY(digest(*options.lines))
  +'\n';
  for (const auto& [field, policy] : options.policies)
    all += field + '=' + std::string(name_of(policy)) + '\n';
  const Reading& reading = options.reading;
  for (const std::string* word :
       {&reading.format, &reading.encoding, &reading.delimiter, &reading.dates, &reading.decimal})
    all += *word + '\n';
  all += options.match_domain ? "domain\n" : "\n";
  all += options.match_name ? "name\n" : "\n";
  all += options.create_missing ? "create missing\n" : "\n";
  record.fingerprint = sha256_hex(all);
  return record;
}

}  // namespace kontor::crm
