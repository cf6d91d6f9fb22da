#include "verbs.h"

#include <array>

#include "base/nearest.h"

namespace kontor::app {
namespace {

constexpr auto k_verbs = std::to_array<Verb>({
    {"serve", "Serves a data directory until it is stopped.",
     "  kontor --data /srv/kontor serve\n"
     "  kontor serve --listen 127.0.0.1:9000 --listen unix:/run/kontor/kontor.sock",
     make_serve},
    {"init", "Makes a data directory: database, key, folders, a commented kontor.toml, first user.",
     "  kontor --data /srv/kontor init --timezone Asia/Ho_Chi_Minh --currency VND\n"
     "  kontor init --if-missing --admin an@example.com --password-file /run/secrets/kontor",
     make_init},
    {"demo", "Serves a throw-away firm, or puts demo records into a real database.",
     "  kontor demo --preset studio --port 8080\n"
     "  kontor --data ./data demo load shop --size m --lang vi",
     make_demo,
     "The presets are shop (household goods), studio (a fitness studio: memberships, class packs), "
     "manufacturing (parts made by partner factories to a quote) and telegram (a shop in the "
     "messenger). Prices are in the organisation's currency, as currency and default_country of "
     "the settings or the company's own page say; a throw-away firm for which nobody says takes "
     "those of its language."},
    {"user", "Makes, shows and changes the users who may sign in.",
     "  pass show kontor/an | kontor user add an@example.com --role sales --password-stdin\n"
     "  kontor user login-link an@example.com",
     make_user,
     "A password never stands on the command line, where every user of the machine can read it. A "
     "change of password, roles or status ends all sessions and API tokens of the user. Nobody is "
     "deleted: who leaves is disabled, and her records stay."},
    {"import", "Brings in records from a file, lists imports, and takes one back.",
     "  kontor import customers customers.csv --explain\n"
     "  kontor import customers customers.csv --dry-run\n"
     "  kontor import orders orders.csv --lines order_lines.csv --errors rejected.csv\n"
     "  kontor import contacts people.csv --policy phone=if_empty --match domain --create-missing\n"
     "  kontor import list\n"
     "  kontor import undo 0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c",
     make_import},
    {"backup", "Makes, lists and prunes backups, also while a server runs.",
     "  kontor --data /srv/kontor backup create --reason \"before the upgrade\"\n"
     "  kontor backup prune --keep 7 --dry-run\n"
     "  kontor backup key create --out kontor-backup.key",
     make_backup,
     "create also copies the backup to each of backup_targets; send copies what could not be "
     "copied "
     "then, and both exit with 3 if something still waits. key create makes a pair of keys: the "
     "public half, which it prints, goes into backup_recipients of the settings; the file with the "
     "secret half opens the backups and belongs on another machine. key list tells for which keys "
     "backups are sealed, and which of them are here."},
    {"verify", "Proves the live database or a backup; with --drill by restoring it.",
     "  kontor --data /srv/kontor verify\n"
     "  kontor verify latest --drill",
     make_verify},
    {"restore", "Restores a backup, proven before it replaces anything, and takes it back.",
     "  kontor --data /srv/kontor restore latest --in-place\n"
     "  kontor restore kontor-2026-11-21T03-00-00Z-0badcafe.tar.gz --to /srv/kontor-new\n"
     "  kontor restore latest --from /mnt/usb --key-file kontor-backup.key --to /srv/kontor-new",
     make_restore},
    {"standby", "Follows the archive of a server elsewhere, and serves it for reading.",
     "  kontor --data /srv/kontor standby --from s3://firm-backups/kontor\n"
     "  kontor standby --from /mnt/backups --key-file kontor-backup.key --listen 127.0.0.1:8081",
     make_standby,
     "An empty data directory gets the newest state first, which takes as long as a restore; then "
     "what the server commits is here some seconds later. Nothing can be written until kontor "
     "promote makes it the server. Later starts need no --from."},
    {"promote", "Makes a standby the server, after a last look at the target and all proofs.",
     "  kontor --data /srv/kontor promote\n"
     "  kontor promote --unproven --json",
     make_promote,
     "The old server must be off, and must not come back with its old data: both would take "
     "writes, "
     "each without those of the other."},
    {"export", "Writes a collection, or all of them, as CSV, JSON lines or for PostgreSQL.",
     "  kontor export customers > customers.csv\n"
     "  kontor export all --format jsonl --out export",
     make_export},
    {"audit", "Lists who did what, when and from where, or proves that nobody changed the list.",
     "  kontor audit list --user ann@example.com --since 2026-11-01\n"
     "  kontor audit verify --json",
     make_audit, "verify: exit 14 and the number of the first row that is not as it was written."},
    {"gdpr", "Exports all that is held about a person, or erases it.",
     "  kontor gdpr export 0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c --out person.zip\n"
     "  kontor gdpr erase 0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c --yes",
     make_gdpr,
     "ID is that of a customer, with its contacts, orders and payments, or of a contact. What the "
     "law wants kept of orders and payments stays: numbers, dates and amounts."},
    {"migrate", "Shows or changes the version of the database's schema.",
     "  kontor migrate status\n"
     "  kontor migrate up --dry-run",
     make_migrate},
    {"upgrade", "Replaces the program by a new one, and goes back by itself if it does not start.",
     "  kontor --data /srv/kontor upgrade --file ./kontor --dry-run\n"
     "  kontor --data /srv/kontor upgrade --file ./kontor --restart \"sv restart kontor\"\n"
     "  kontor --data /srv/kontor upgrade --rollback",
     make_upgrade,
     "Before anything is replaced, the new program checks the settings and migrates a copy of the "
     "database, and a backup is made and proven. The old program stays beside it as kontor.prev. "
     "A service of systemd is found by itself. If the new one is not ready in time, the old one "
     "comes back, with the backup if the schema changed: exit 1. If it was interrupted, the next "
     "kontor upgrade goes on where it stopped. What --restart starts writes to "
     "kontor.upgrade.log."},
    {"doctor", "Looks for trouble in the data directory and in the data, and changes nothing.",
     "  kontor --data /srv/kontor doctor\n"
     "  kontor doctor --json",
     make_doctor},
    {"role", "Shows what each role may see and do, the built-in ones and your own.",
     "  kontor role list\n"
     "  kontor --data /srv/kontor role show sales --json",
     make_role},
    {"config", "Shows, checks or explains the settings.",
     "  kontor config show --origin\n"
     "  kontor --config /etc/kontor.toml config check",
     make_config},
    {"service", "Prints or installs the files that run Kontor under systemd.",
     "  kontor service print\n"
     "  kontor --data /srv/kontor service install --listen unix:/run/kontor/http.sock",
     make_service},
    {"health", "Asks the server of this data directory whether it is ready.",
     "  kontor health\n"
     "  kontor --data /srv/kontor health --wait 30",
     make_health},
    {"status", "Tells how the server of this data directory is: address, load, disk.",
     "  kontor --data /srv/kontor status\n"
     "  kontor status --json | jq .http.connections",
     make_status, "Exit 0 if a server runs, 1 if not."},
    {"reload", "Has the running server read its log level, certificate and key again.",
     "  kontor reload\n"
     "  kontor --data /srv/kontor reload --json",
     make_reload, "A standby also looks at its target at once."},
    {"logs", "Changes what the running server logs, until it reloads or restarts.",
     "  kontor logs level debug\n"
     "  kontor --data /srv/kontor logs level info",
     make_logs},
    {"sql", "Runs SQL on the database: reads by default, changes rows with --write.",
     "  kontor sql \"SELECT status, count(*) FROM orders GROUP BY status\"\n"
     "  echo \"UPDATE customers SET notes = NULL WHERE notes = '?'\" | kontor sql --write",
     make_sql,
     "--write is for the rare rescue: rows change past the rules, the history and the search text, "
     "and other writers wait meanwhile. Take a backup first."},
    {"token", "Makes, lists and revokes API tokens, which programs show to act for a user.",
     "  kontor token create --user an@example.com --name \"stock count\" --scope products:read\n"
     "  kontor --data /srv/kontor token list\n"
     "  kontor token revoke 0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c",
     make_token},
    {"openapi", "Prints the description of the HTTP API (OpenAPI 3.1).",
     "  kontor openapi > openapi.json\n"
     "  kontor openapi | jq '.paths | keys'",
     make_openapi},
    {"completion", "Prints what a shell needs to complete kontor's command lines.",
     "  source <(kontor completion bash)\n"
     "  kontor completion fish > ~/.config/fish/completions/kontor.fish",
     make_completion},
    {"help", "Prints the help of a verb, the man page or the reference.",
     "  kontor help serve\n"
     "  kontor help --man | man -l -",
     make_help},
    {"version", "Prints the version of the program and of what it was built from.",
     "  kontor version\n"
     "  kontor version --json",
     make_version},
});

}  // namespace

std::span<const Verb> verbs() { return k_verbs; }

Result<void> check_choice(std::string_view what, std::string_view given,
                          std::span<const std::string_view> choices) {
  std::string known;
  for (const std::string_view choice : choices) {
    if (choice == given) return {};
    known.append(known.empty() ? "" : ", ").append(choice);
  }
  std::string message = given.empty()
                            ? "The " + std::string(what) + " is missing."
                            : "There is no " + std::string(what) + " " + std::string(given) + ".";
  const auto meant = nearest(given, choices);
  if (meant) message += " Did you mean " + std::string(*meant) + "?";
  return Error{.code = Code::usage,
               .message = std::move(message),
               .kind = "usage",
               .hint = "one of " + known};
}

}  // namespace kontor::app
