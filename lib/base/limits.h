// Every bound on input and on resources, with its reason. Sizes in bytes, times in milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kontor::limits {

// JSON nesting. Deep nesting overflows the stack of recursive code at about 50,000 levels.
inline constexpr int json_depth = 64;

// Request head: what nginx and Node accept by default is 8 to 16 KiB.
inline constexpr std::size_t head_bytes = 16 * 1024;
inline constexpr std::size_t head_fields = 100;
inline constexpr std::size_t target_bytes = 8 * 1024;
// A JSON body; imports are larger and have their own bound.
inline constexpr std::size_t body_bytes = 1024 * 1024;
inline constexpr std::size_t upload_bytes = 64 * 1024 * 1024;

inline constexpr std::int64_t head_ms = 10'000;   // from the first byte of a head to its end
inline constexpr std::int64_t idle_ms = 60'000;   // between requests
inline constexpr std::int64_t write_ms = 30'000;  // a client that does not read
// A body that is made while it is sent, such as an export: it holds a snapshot of the database, and
// with it the write-ahead log.
inline constexpr std::int64_t produced_ms = 600'000;
inline constexpr std::size_t produced_piece_bytes = 64 * 1024;
inline constexpr int exports = 2;  // at a time, over HTTP: each has a connection of its own
// On the command line, where the reader may be a person or a pipe.
inline constexpr std::int64_t export_ms = 3'600'000;

// A sheet of a workbook: the format's rows, and a size that a ZIP entry holds; text in one cell.
inline constexpr int workbook_rows = 1'048'576;
inline constexpr std::uint64_t workbook_sheet_bytes = 1024 * 1024 * 1024;
inline constexpr std::size_t workbook_cell_chars = 32'767;  // UTF-16 units
inline constexpr std::size_t body_rate_bytes_per_s = 1024;  // slower bodies are cut

inline constexpr std::size_t connections = 20'000;
inline constexpr std::size_t request_queue = 1024;  // complete requests waiting for a worker
inline constexpr int workers = 16;
// One remote address (IPv6: one /64): an office behind one router needs hundreds.
inline constexpr std::size_t connections_per_address = 2'000;
inline constexpr std::int64_t linger_ms = 2'000;  // after a refusal, for the client to read it
// Unsent bytes of one event stream; a client further behind comes back with Last-Event-ID.
inline constexpr std::size_t stream_backlog_bytes = 64 * 1024;
inline constexpr std::int64_t stream_heartbeat_ms = 20'000;  // proxies cut silence after 30 to 60 s
inline constexpr std::size_t compress_bytes = 1024;          // smaller bodies fit one packet anyway

// What a browser and an address have of the setting rate_limit, which is meant for programs with a
// token. A page of the web UI asks up to thirty things at once, and nobody shall notice; behind one
// address is an office that signs in at nine.
inline constexpr std::int64_t rate_user_multiple = 20;
inline constexpr std::int64_t rate_address_multiple = 10;
// What requests cost of it; all others cost one, health and pages of the reference nothing.
inline constexpr int rate_cost_search = 2;      // reads more than a page
inline constexpr int rate_cost_batch = 5;       // up to a hundred writes
inline constexpr int rate_cost_many_rows = 10;  // exports and imports
inline constexpr int rate_cost_sign_in = 10;    // a password hash: 45 ms and 46 MiB

// A text in a request about accounts: passwords, links, codes, names. Passwords are the longest.
inline constexpr std::size_t account_text_bytes = 4096;
// How long a password or code that was given counts for dangerous actions.
inline constexpr std::int64_t confirmation_ms = 600'000;

// Writer: jobs that may wait; one commit takes at most this many of them.
inline constexpr std::size_t write_queue = 4096;
inline constexpr std::size_t write_batch = 256;
// Body of a write that waits for the disk without a worker: decoded it takes up to 20 times that,
// and as many wait as the queue holds.
inline constexpr std::size_t late_write_bytes = 8 * 1024;
inline constexpr std::int64_t read_ms = 5'000;         // deadline of one API read
inline constexpr std::size_t statements_cached = 256;  // per connection

// Lists.
inline constexpr int page_default = 50;
inline constexpr int page_max = 200;
inline constexpr int filters = 20;
inline constexpr int in_values = 100;
inline constexpr int sort_keys = 3;
inline constexpr int search_terms = 8;

// Roles. A name is a word in scripts and addresses, a label a line on a page, a description what a
// person reads before she gives the role to someone.
inline constexpr std::size_t role_name_bytes = 40;
inline constexpr std::size_t role_label_bytes = 80;
inline constexpr std::size_t role_description_bytes = 500;

// Records.
inline constexpr std::size_t custom_bytes = 16 * 1024;
inline constexpr std::size_t tags = 50;
inline constexpr std::size_t tag_bytes = 64;
inline constexpr std::size_t order_lines = 500;
inline constexpr std::size_t batch_operations = 100;
inline constexpr std::size_t idempotency_key_bytes = 255;
inline constexpr std::int64_t idempotency_ms = 72LL * 3600 * 1000;

// CSV files. The largest field is 10,000 characters; a row holds a record with all its fields.
inline constexpr std::size_t csv_cell_bytes = 256 * 1024;
inline constexpr std::size_t csv_row_bytes = 1024 * 1024;
inline constexpr std::size_t csv_columns = 500;
// Rows of one import's transaction: small enough that other writers wait milliseconds.
inline constexpr std::size_t import_batch = 500;
// An import that is worked on moves with every batch, which takes milliseconds.
inline constexpr std::int64_t import_idle_ms = 60'000;
// Files that wait in a server, each at most a body large.
inline constexpr std::size_t import_queue = 8;
// Records that one request takes back: some seconds of work. The command line has no such limit.
inline constexpr std::int64_t import_undo_rows = 20'000;
inline constexpr std::size_t import_name_bytes = 255;
// A mapping of columns: five hundred of them with the values of a few choices.
inline constexpr std::size_t import_map_bytes = 64 * 1024;
// Files that are sent to a server in pieces of a body each: a million customers are 200 MB. They
// lie on the disk until they are imported, or until nobody has sent a piece for so long.
inline constexpr std::int64_t import_upload_bytes = 1024LL * 1024 * 1024;
inline constexpr std::size_t import_uploads = 8;
inline constexpr std::int64_t import_upload_idle_ms = 3'600'000;
// Lines of orders that come in a file of their own are held in memory until their order comes.
inline constexpr std::size_t import_lines = 1'000'000;
inline constexpr std::size_t import_errors_shown = 200;  // the error file has them all

// Control socket: a request holds a mapping (64 KiB) or an SQL statement (100 KB); an answer holds
// the rows of a statement. Operations at a time: each is a person at a terminal or a timer.
inline constexpr std::size_t control_request_bytes = 512 * 1024;
inline constexpr std::size_t control_answer_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t control_descriptors = 8;
inline constexpr std::size_t control_sessions = 8;
inline constexpr std::int64_t control_patience_ms = 5'000;  // for a request, and for who must read

// `kontor sql`: a statement that runs longer than a person waits; --timeout says otherwise.
inline constexpr std::int64_t sql_ms = 60'000;
inline constexpr std::int64_t sql_write_ms = 10'000;  // all other writers wait meanwhile

// Accounts. A password hash takes 46 MiB and 45 ms of a processor by default: two at a time leave
// the rest of the machine to the API, and sixteen more wait less than half a second.
inline constexpr std::size_t password_hashes = 2;
inline constexpr std::size_t password_queue = 16;
inline constexpr std::int64_t password_memory_kib =
    1024 * 1024;  // of one hash, also of a stored one
inline constexpr std::size_t user_name_bytes = 200;
inline constexpr std::size_t user_agent_bytes = 400;  // what is kept of a browser's name of itself
inline constexpr std::size_t preferences_bytes = 16 * 1024;
inline constexpr std::size_t user_roles = 32;
inline constexpr std::size_t user_teams = 32;
// Browsers that are remembered for each user; who has more signs in on the oldest as a stranger.
inline constexpr std::size_t known_devices = 20;
// Credentials that are known without asking the database: a kilobyte each.
inline constexpr std::size_t cached_credentials = 10'000;
inline constexpr std::int64_t seen_write_ms = 60'000;  // how often "last seen" goes to the disk
// Wrong passwords in a row after which an account is open to browsers that it knows, and to links,
// alone (NIST SP 800-63B-4 section 3.2.2).
inline constexpr std::int64_t sign_in_failures = 100;
inline constexpr std::int64_t link_ms = 30LL * 60 * 1000;  // a link that works once

// Teams. Everybody who shares a team with one user is a parameter of the condition for the rows
// that she sees, and a statement has 2,000 of them at most (store/connection.cc).
inline constexpr std::size_t teams = 200;  // more than a firm keeps in mind; all are listed at once
inline constexpr std::size_t team_members = 500;
inline constexpr std::size_t team_colleagues = 500;
inline constexpr std::size_t team_name_bytes = 120;
// Roles of the firm's own: all are listed at once.
inline constexpr std::size_t own_roles = 200;
// Giving away what somebody holds: records that one call moves, so that it is answered in seconds,
// and of those that had to stay, how many it names.
inline constexpr std::int64_t reassigned_at_once = 5'000;
inline constexpr std::size_t reassign_left_shown = 100;
// Changes that one page of /changes looks at for somebody who does not see them all.
inline constexpr int changes_looked_at = 5'000;

// Backups: a manifest has about 150 bytes for each uploaded file; this is half a million of them.
inline constexpr std::size_t backup_manifest_bytes = 64 * 1024 * 1024;
// Who was erased: about 75 bytes each.
inline constexpr std::size_t erasure_list_bytes = 64 * 1024 * 1024;

// API tokens: a scope is a collection and an act; each is looked at with every use of the token.
inline constexpr std::size_t token_scopes = 100;
inline constexpr std::size_t token_scope_bytes = 64;
inline constexpr std::size_t token_addresses = 50;
inline constexpr std::size_t token_name_bytes = 200;
inline constexpr std::size_t tokens_per_user = 100;  // that are alive; a script that leaks is seen

// Money: 15 digits of minor units keep every product below within 128 bits.
inline constexpr std::int64_t money_max = 999'999'999'999'999;

}  // namespace kontor::limits
