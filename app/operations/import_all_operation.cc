// A whole export brought back. The files come in the order of the manifest.
#include <filesystem>
#include <memory>

#include "base/json_writer.h"
#include "crm/imports/restore_all.h"
#include "erasure_list.h"
#include "operations/descriptor_stream.h"
#include "operations/operation.h"

namespace kontor::app {

Result<std::string> import_whole_export(const OperationContext& context, OperationCall& call) {
  const std::string manifest = call.text("manifest");
  std::vector<std::unique_ptr<DescriptorInput>> files;
  crm::RestoreOptions options{.manifest = manifest,
                              .folder_name = call.text("folder_name"),
                              .dry_run = call.flag("dry_run"),
                              .is_cancelled = call.is_cancelled};
  for (const UniqueFd& file : call.files) {
    files.push_back(std::make_unique<DescriptorInput>(file.get()));
    options.files.push_back(files.back().get());
  }
  options.on_progress = [&call](std::int64_t done) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("records").integer(done).end_object();
    call.progress(text);
  };
  const crm::Context who{.now_ms = context.clock.now_ms()};
  const auto report = TRY(crm::restore_all(context.store, context.records, who, options));
  // The export may be older than the wish of someone to be forgotten.
  if (!options.dry_run)
    TRY(settle_erasures(context.store, *context.records.organisation(), context.clock,
                        context.data_dir.path() / "backups"));
  return crm::to_json(report);
}

}  // namespace kontor::app
