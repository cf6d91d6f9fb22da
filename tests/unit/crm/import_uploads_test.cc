// Files that are sent in pieces lie on the disk for as long as somebody cares.
#include "crm/imports/import_uploads.h"

#include <fstream>

#include "base/limits.h"
#include "unit/crm/firm.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("pieces stand one behind the other, and a file ends with the last who holds it") {
  const ScratchDir dir;
  FakeClock clock;
  ImportUploads uploads(clock, dir.path());
  const Uuid id = *Uuid::parse("0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c");
  REQUIRE(uploads.begin(id, 7).ok());
  CHECK(*uploads.append(id, 7, 0, "Name\n") == 5);
  CHECK(*uploads.append(id, 7, 5, "Ânh\n") == 10);
  CHECK(uploads.append(id, 7, 5, "x").error().kind == "upload_offset");
  // Nobody else's business, even of who knows the id.
  CHECK(uploads.append(id, 8, 10, "x").error().code == Code::not_found);
  CHECK(uploads.find(id, 8).error().code == Code::not_found);
  CHECK(uploads.bytes(id, 8).error().code == Code::not_found);
  CHECK_FALSE(uploads.forget(id, 8));
  auto file = *uploads.find(id, 7);
  CHECK(read_text(file->path()) == "Name\nÂnh\n");
  CHECK(uploads.forget(id, 7));
  CHECK_FALSE(uploads.forget(id, 7));
  CHECK(uploads.find(id, 7).error().code == Code::not_found);
  CHECK(files_in(dir.path()) == 1);
  file.reset();
  CHECK(files_in(dir.path()) == 0);
}

TEST_CASE("what nobody goes on with makes room; what a dead process left is removed") {
  const ScratchDir dir;
  FakeClock clock;
  std::ofstream(dir.path() / "import-upload-of-another-life") << "x";
  std::ofstream(dir.path() / "kept") << "x";
  ImportUploads uploads(clock, dir.path());
  CHECK(files_in(dir.path()) == 1);
  SystemRandom random;
  UuidSource ids(clock, random);
  for (std::size_t i = 0; i < limits::import_uploads; ++i)
    REQUIRE(uploads.begin(ids.next(), 7).ok());
  CHECK(uploads.begin(ids.next(), 7).error().code == Code::busy);
  clock.advance_ms(limits::import_upload_idle_ms + 1);
  CHECK(uploads.begin(ids.next(), 7).ok());
  CHECK(files_in(dir.path()) == 2);
}
