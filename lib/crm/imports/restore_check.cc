// Files against their manifest, before a single record is read.
#include <algorithm>

#include "base/sha256.h"
#include "crm/imports/restore_all.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

constexpr std::size_t k_piece_bytes = 65536;

struct Contents {
  std::int64_t bytes = 0;
  std::string sha256;
};

Result<Contents> contents_of(std::istream& file, const std::string& name) {
  Contents found;
  Sha256Stream hash;
  std::vector<char> piece(k_piece_bytes);
  do {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.add({piece.data(), static_cast<std::size_t>(file.gcount())});
    found.bytes += file.gcount();
  } while (file);
  const bool whole = file.eof() && !file.bad();
  file.clear();
  file.seekg(0);
  if (!whole || !file)
    return Error{.code = Code::io_error, .message = name + " could not be read to its end."};
  found.sha256 = hash.hex();
  return found;
}

Error another_file(std::string message) {
  return {.code = Code::verification_failed,
          .message = std::move(message),
          .kind = "bad_export",
          .hint = "copy the folder again, or export again"};
}

Result<void> check_collections(const ExportManifest& manifest) {
  std::vector<std::string_view> wanted = {k_external_ids};
  for (const model::Entity* entity : model::entities()) wanted.push_back(entity->collection);
  for (const std::string_view name : wanted) {
    const auto count = std::count_if(manifest.files.begin(), manifest.files.end(),
                                     [&](const ExportedFile& f) { return f.collection == name; });
    if (count != 1)
      return another_file("The manifest names " + std::to_string(count) + " files of " +
                          std::string(name) + ": it must be one.");
  }
  for (const ExportedFile& file : manifest.files)
    if (std::find(wanted.begin(), wanted.end(), file.collection) == wanted.end())
      return another_file("The manifest names " + file.file + " of " + file.collection +
                          ", which is no collection here.");
  return {};
}

}  // namespace

Result<void> check_files(const ExportManifest& manifest, const std::vector<std::istream*>& files) {
  TRY(check_collections(manifest));
  for (std::size_t i = 0; i < manifest.files.size(); ++i) {
    const ExportedFile& told = manifest.files[i];
    const Contents found = TRY(contents_of(*files[i], told.file));
    if (found.bytes != told.bytes)
      return another_file(told.file + " has " + std::to_string(found.bytes) +
                          " bytes, and the manifest says " + std::to_string(told.bytes) + ".");
    if (found.sha256 != told.sha256)
      return another_file(told.file + " was changed since it was exported: its SHA-256 is not " +
                          "that of the manifest.");
  }
  return {};
}

}  // namespace kontor::crm
