-- The trail of changes becomes the audit trail: what a record's change is stays as it was, events
-- that change no record (a sign-in, an export, a restore) are rows with version 0, and each row
-- carries the SHA-256 of itself and of the one before it (lib/crm/audit/chain.h). Rows from before
-- this step have no hash: the chain begins behind them.

ALTER TABLE changes ADD COLUMN via TEXT NOT NULL DEFAULT 'program'
  CHECK (via IN ('program', 'session', 'token'));
ALTER TABLE changes ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- The chain holds a digest of the content and not the content: once `diff` and `salt` are emptied,
-- because a person asked to be forgotten, the digest says nothing and the chain still holds.
ALTER TABLE changes ADD COLUMN salt BLOB CHECK (length(salt) = 16);
ALTER TABLE changes ADD COLUMN digest BLOB CHECK (length(digest) = 32);
ALTER TABLE changes ADD COLUMN hash BLOB CHECK (length(hash) = 32);

-- The number of the chain's first row.
INSERT INTO meta (key, value) SELECT 'audit_begins',
  1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0);

CREATE INDEX changes_actor ON changes (actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX changes_events ON changes (collection, seq) WHERE version = 0;

-- Append-only: a row loses its content and its salt, together, and nothing else.
CREATE TRIGGER changes_update BEFORE UPDATE ON changes
  WHEN NOT (new.diff = '' AND new.salt IS NULL AND new.seq = old.seq AND new.at = old.at
    AND new.collection = old.collection AND new.record_uid = old.record_uid
    AND new.action = old.action AND new.version = old.version
    AND new.actor_id IS old.actor_id AND new.request_id = old.request_id
    AND new.via = old.via AND new.address = old.address
    AND new.digest IS old.digest AND new.hash IS old.hash) BEGIN
  SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER changes_delete BEFORE DELETE ON changes BEGIN
  SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

-- Whose personal data were erased, by id alone: after the restore of an older backup it is done
-- again.
CREATE TABLE erasures (
  collection TEXT NOT NULL,
  record_uid BLOB NOT NULL CHECK (length(record_uid) = 16),
  at INTEGER NOT NULL,
  PRIMARY KEY (collection, record_uid)
) STRICT, WITHOUT ROWID;
