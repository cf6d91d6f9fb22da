-- Imports as records: what came in from where, how far it got, what it left, and what it takes to
-- take it back. What an import changed stands in `changes`: the writer alone writes, so all
-- changes between the first and the last number of one of its batches are the import's own.

CREATE TABLE imports (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  undone_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  collection TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  -- Of the file and of everything that decides what becomes of it: the same again goes on.
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
  mode TEXT NOT NULL CHECK (mode IN ('create', 'update', 'upsert', 'restore')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'stopped', 'undone')),
  reason TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),
  row_count INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  error_count INTEGER NOT NULL DEFAULT 0,
  totals TEXT NOT NULL DEFAULT '{}' CHECK (json_type(totals) = 'object'),
  columns TEXT NOT NULL DEFAULT '{}' CHECK (json_type(columns) = 'object'),
  error_header TEXT NOT NULL DEFAULT '',
  -- What taking it back came to; empty: nobody has.
  undo TEXT NOT NULL DEFAULT '' CHECK (undo = '' OR json_type(undo) = 'object')
) STRICT;
CREATE INDEX imports_resumable ON imports (fingerprint)
  WHERE state IN ('queued', 'running', 'stopped');

CREATE TABLE import_batches (
  import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  first_change INTEGER NOT NULL,
  last_change INTEGER NOT NULL CHECK (last_change >= first_change),
  PRIMARY KEY (import_id, first_change)
) STRICT, WITHOUT ROWID;

-- What failed: the rows as CSV with their number and reason, and the reasons one by one as JSON.
CREATE TABLE import_errors (
  import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  cells TEXT NOT NULL,
  errors TEXT NOT NULL CHECK (json_type(errors) = 'array'),
  PRIMARY KEY (import_id, position)
) STRICT, WITHOUT ROWID;

-- Which import has taught a name; undo forgets it.
ALTER TABLE external_ids ADD COLUMN import_id INTEGER;

-- Matching by the domain of an e-mail address.
CREATE INDEX customers_domain ON customers (substr(email_norm, instr(email_norm, '@') + 1))
  WHERE deleted_at IS NULL AND email_norm IS NOT NULL;

-- Payments that a file brings again are known by their reference.
CREATE INDEX payments_reference ON payments (reference)
  WHERE deleted_at IS NULL AND reference IS NOT NULL;
