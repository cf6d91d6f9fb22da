// What an operator sees of the server and its backups.
#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"Backup", R"({
      "type":"object",
      "properties":{
        "file":{"type":"string"},
        "taken_at":{"type":"string","format":"date-time"},
        "bytes":{"type":"integer"},"readable":{"type":"boolean"},
        "trouble":{"type":"string","description":"Why it cannot be read."},
        "database_bytes":{"type":"integer"},
        "files":{"type":"integer"},"rows":{"type":"integer"},"schema_version":{"type":"integer"},
        "program":{"type":"string","description":"The version that made it."},
        "reason":{"type":"string"},
        "sealed":{"type":"boolean","description":"For a key or a passphrase."},
        "closed":{"type":"boolean",
          "description":"Sealed, and no key of this server opens it: it cannot be proved here."}},
      "required":["file","taken_at","bytes","readable","sealed","closed"],
      "additionalProperties":false})"},
    {"BackupProof", R"({
      "type":["object","null"],
      "properties":{
        "file":{"type":"string"},
        "at":{"type":"string","format":"date-time"},
        "duration_ms":{"type":"integer"},"rows":{"type":"integer"},"passed":{"type":"boolean"},
        "finding":{"type":"string","description":"What the drill found wrong."}},
      "required":["file","at","duration_ms","rows","passed","finding"],
      "additionalProperties":false})"},
    {"BackupStatus", R"({
      "type":"object",
      "properties":{
        "last_backup":{
          "type":["object","null"],
          "properties":{
            "file":{"type":"string"},
            "at":{"type":"string","format":"date-time"},
            "bytes":{"type":"integer"},
            "database_bytes":{"type":"integer"},
            "rows":{"type":"integer"},
            "duration_ms":{"type":"integer"},
            "reason":{"type":"string"},
            "sealed":{"type":"boolean"},
            "closed":{"type":"boolean","description":"Sealed, and no key here opens it."}},
          "required":["file","at","bytes","database_bytes","rows","duration_ms","reason","sealed",
            "closed"],
          "additionalProperties":false},
        "last_proof":{"$ref":"#/components/schemas/BackupProof"},
        "last_passed_proof":{"$ref":"#/components/schemas/BackupProof"},
        "last_archive_proof":{"$ref":"#/components/schemas/BackupProof"},
        "last_failure":{
          "type":["object","null"],
          "properties":{"at":{"type":"string","format":"date-time"},"what":{"type":"string"}},
          "required":["at","what"],
          "additionalProperties":false}},
      "required":["last_backup","last_proof","last_passed_proof","last_archive_proof",
        "last_failure"],
      "additionalProperties":false})"},
    {"BackupJob", R"({
      "type":"object",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "kind":{"enum":["create","verify","drill"]},
        "state":{"enum":["running","done","failed"]},
        "file":{"type":["string","null"],"description":"null: not made yet"},
        "started_at":{"type":"string","format":"date-time"},
        "ended_at":{"type":["string","null"],"format":"date-time"},
        "error":{"type":["string","null"]}},
      "required":["id","kind","state","file","started_at","ended_at","error"],
      "additionalProperties":false})"},
    {"BackupInput", R"({
      "type":"object",
      "properties":{"reason":{"type":["string","null"],"description":"Why, for the list."}},
      "additionalProperties":false})"},
    {"BackupVerifyInput", R"({
      "type":"object",
      "properties":{"drill":{"type":["boolean","null"],"default":false,
        "description":"Also restores it into a scratch folder and checks the rules there."}},
      "additionalProperties":false})"},
    {"BackupTarget", R"({
      "type":"object",
      "properties":{
        "target":{"type":"string","description":"Of a command only its first word."},
        "delivered":{"type":"integer","description":"Backups of the list that are there."},
        "waiting":{"type":"integer"},
        "delivered_at":{"type":["string","null"],"format":"date-time"},
        "failures":{"type":"integer","description":"In a row; 0: all is well."},
        "failing_since":{"type":["string","null"],"format":"date-time"},
        "failed_at":{"type":["string","null"],"format":"date-time"},
        "next_try_at":{"type":["string","null"],"format":"date-time"},
        "error":{"type":"string","description":"Why the last try failed, if it did."}},
      "required":["target","delivered","waiting","delivered_at","failures","failing_since",
        "failed_at","next_try_at","error"],
      "additionalProperties":false})"},
    {"BackupArchive", R"({
      "type":"object",
      "properties":{
        "on":{"type":"boolean","description":"What is committed is kept within a second."},
        "epoch":{"type":"string","description":"The chain that goes on; empty: none yet."},
        "began_at":{"type":["string","null"],"format":"date-time"},
        "why":{"type":"string","description":"Why this epoch began."},
        "has_base":{"type":"boolean","description":"It has a backup that it is put upon."},
        "segments":{"type":"integer"},"bytes":{"type":"integer"},
        "since":{"type":["string","null"],"format":"date-time",
          "description":"How far back moments can be restored; null: none can."},
        "last_second":{"type":["string","null"],"format":"date-time",
          "description":"The last one that can be restored."},
        "behind_ms":{"type":"integer","description":"Age of the oldest commit that is not in it."},
        "trouble":{"type":"string","description":"Why it cannot be written now; mostly empty."}},
      "required":["on","epoch","began_at","why","has_base","segments","bytes","since",
        "last_second","behind_ms","trouble"],
      "additionalProperties":false})"},
    {"ArchiveTarget", R"({
      "type":"object",
      "properties":{
        "target":{"type":"string","description":"As in `targets`."},
        "epoch":{"type":"string"},
        "sequence":{"type":"integer","description":"Its last segment that arrived."},
        "last_second":{"type":["string","null"],"format":"date-time",
          "description":"The second of that segment; null: none arrived yet."},
        "shipped_at":{"type":["string","null"],"format":"date-time"},
        "failures":{"type":"integer","description":"In a row; 0: all is well."},
        "failing_since":{"type":["string","null"],"format":"date-time"},
        "failed_at":{"type":["string","null"],"format":"date-time"},
        "next_try_at":{"type":["string","null"],"format":"date-time"},
        "error":{"type":"string","description":"Why the last try failed, if it did."}},
      "required":["target","epoch","sequence","last_second","shipped_at","failures",
        "failing_since","failed_at","next_try_at","error"],
      "additionalProperties":false})"},
    {"Backups", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Backup"}},
        "status":{"$ref":"#/components/schemas/BackupStatus"},
        "targets":{"type":"array","items":{"$ref":"#/components/schemas/BackupTarget"},
          "description":"Where backups are copied to."},
        "archive":{"$ref":"#/components/schemas/BackupArchive"},
        "archive_targets":{"type":"array","items":{"$ref":"#/components/schemas/ArchiveTarget"},
          "description":"How far the archive has come there."},
        "job":{"anyOf":[{"type":"null"},{"$ref":"#/components/schemas/BackupJob"}],
          "description":"What was last begun by a POST since the server started."}},
      "required":["data","status","targets","archive","archive_targets","job"],
      "additionalProperties":false})"},
    {"System", R"({
      "type":"object",
      "properties":{
        "now":{"type":"string","format":"date-time"},
        "version":{"type":"string"},
        "revision":{"type":"string"},
        "schema":{"type":"integer"},
        "started_at":{"type":"string","format":"date-time"},
        "uptime_s":{"type":"integer","minimum":0},
        "draining":{"type":"boolean","description":"It is stopping."},
        "log_level":{"enum":["debug","info","warn","error"]},
        "sessions":{"type":"integer","minimum":0,"description":"Browsers that are signed in."},
        "requests":{
          "type":"object",
          "description":"Of window_s seconds. Times: upper bounds, at most a quarter too high.",
          "properties":{
            "window_s":{"type":"integer"},
            "count":{"type":"integer","minimum":0},
            "failed":{"type":"integer","minimum":0,"description":"Answered with 500 or more."},
            "p50_us":{"type":"integer","minimum":0},
            "p95_us":{"type":"integer","minimum":0},
            "p99_us":{"type":"integer","minimum":0},
            "per_second":{"type":"array","items":{"type":"integer","minimum":0},
              "description":"The oldest first; the last second is not over."}},
          "required":["window_s","count","failed","p50_us","p95_us","p99_us","per_second"],
          "additionalProperties":false},
        "database":{
          "type":"object",
          "properties":{
            "writable":{"type":"boolean"},
            "disk_full":{"type":"boolean"},
            "read_only":{"type":"string","description":"Why it takes no writes; empty: it does."},
            "bytes":{"type":"integer"},
            "wal_bytes":{"type":"integer",
              "description":"Of the write-ahead log that is not in the database file yet."},
            "queued_writes":{"type":"integer","minimum":0},
            "commits":{"type":"integer","minimum":0},
            "commits_failed":{"type":"integer","minimum":0},
            "disk_free_bytes":{"type":"integer"}},
          "required":["writable","disk_full","read_only","bytes","wal_bytes","queued_writes",
            "commits","commits_failed","disk_free_bytes"],
          "additionalProperties":false},
        "checkpoint_at":{"type":["string","null"],"format":"date-time",
          "description":"When the write-ahead log was last copied into the database file."},
        "disk_bytes":{"type":"integer","description":"Size of the disk of the data directory."},
        "http":{
          "type":"object",
          "properties":{
            "connections":{"type":"integer","minimum":0},
            "event_streams":{"type":"integer","minimum":0},
            "requests_in_flight":{"type":"integer","minimum":0},
            "requests_refused":{"type":"integer","minimum":0,
              "description":"Before anybody looked at what they ask, since the start."}},
          "required":["connections","event_streams","requests_in_flight","requests_refused"],
          "additionalProperties":false},
        "process":{
          "type":"object",
          "properties":{
            "memory_bytes":{"type":"integer"},
            "cpu_us":{"type":"integer","description":"Processor time since the start."},
            "threads":{"type":"integer"},
            "open_files":{"type":"integer"},
            "open_files_max":{"type":"integer"}},
          "required":["memory_bytes","cpu_us","threads","open_files","open_files_max"],
          "additionalProperties":false},
        "backups":{"$ref":"#/components/schemas/BackupStatus"}},
      "required":["now","version","revision","schema","started_at","uptime_s","draining",
        "log_level","sessions","requests","database","checkpoint_at","disk_bytes","http",
        "process","backups"],
      "additionalProperties":false})"},
    {"DemoState", R"({
      "type":"object",
      "properties":{"records":{"type":"integer","minimum":0}},
      "required":["records"],
      "additionalProperties":false})"},
    {"DemoInput", R"({
      "type":"object",
      "properties":{
        "preset":{"enum":["shop","studio","manufacturing","telegram"],
          "description":"What kind of firm; absent: shop."},
        "size":{"enum":["s","m"],"description":"A few records, or a firm's past; absent: m."},
        "language":{"enum":["en","vi"],"description":"Of names and words; absent: en."}},
      "additionalProperties":false})"},
    {"DemoLoaded", R"({
      "type":"object",
      "description":"How many records of each kind were made.",
      "additionalProperties":{"type":"integer"}})"},
    {"DemoCleared", R"({
      "type":"object",
      "properties":{
        "removed":{"type":"object","additionalProperties":{"type":"integer"}},
        "kept_count":{"type":"integer","minimum":0},
        "kept":{"type":"array","description":"The first of those that real records refer to.",
          "items":{
            "type":"object",
            "properties":{
              "collection":{"type":"string"},
              "id":{"type":"string"},
              "title":{"type":"string"}},
            "required":["collection","id","title"],
            "additionalProperties":false}}},
      "required":["removed","kept_count","kept"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> system_schemas() { return k_schemas; }

}  // namespace kontor::api
