-- Accounts: who may sign in and how, what each may see and do, and the column by which the row
-- predicate finds what is one's own.
--
-- Secrets are never kept as they are: passwords as argon2id PHC strings, everything else that a
-- caller shows (session and API tokens, links, device cookies, recovery codes) as its SHA-256, the
-- seed of one-time codes sealed with a key of the data directory.

ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE users ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_hash TEXT;      -- none: cannot sign in by password yet
ALTER TABLE users ADD COLUMN password_set_at INTEGER;
-- Counts what ends everything a user holds: change of password or second factor, disabling, change
-- of rights. A session or token carries the epoch in which it was made and counts in no other.
ALTER TABLE users ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1 CHECK (epoch >= 1);
ALTER TABLE users ADD COLUMN totp_seed BLOB;          -- sealed
ALTER TABLE users ADD COLUMN totp_since INTEGER;      -- none: the seed is offered, not confirmed
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0; -- the last one that was used
ALTER TABLE users ADD COLUMN last_sign_in_at INTEGER;
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN timezone TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}' CHECK (json_type(preferences) = 'object');
UPDATE users SET updated_at = created_at;

CREATE TABLE old_passwords (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  password_hash TEXT NOT NULL,
  replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX old_passwords_user ON old_passwords (user_id, id);

CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Roles that a firm has made; the built-in ones are part of the program. Users name both alike.
CREATE TABLE roles (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  definition TEXT NOT NULL CHECK (json_type(definition) = 'object')
) STRICT;

CREATE TABLE user_roles (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role <> ''),
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_roles_role ON user_roles (role, user_id);

CREATE TABLE teams (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE team_members (
  team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_members_user ON team_members (user_id, team_id);

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,       -- written at most once a minute
  confirmed_at INTEGER NOT NULL,  -- when the password, or a code, was last given
  address TEXT NOT NULL DEFAULT '',
  user_agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, created_at);

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (name <> ''),
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  hint TEXT NOT NULL,             -- its last four characters, to tell tokens apart
  epoch INTEGER NOT NULL,
  scopes TEXT NOT NULL DEFAULT '[]' CHECK (json_type(scopes) = 'array'),    -- none: all of the owner's
  addresses TEXT NOT NULL DEFAULT '[]' CHECK (json_type(addresses) = 'array'), -- none: from anywhere
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER,           -- written at most once a minute
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_tokens_user ON api_tokens (user_id, created_at);

-- Links that work once: the first set-up (no user yet), and a way in for someone locked out.
CREATE TABLE one_time_links (
  token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'sign_in')),
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Browsers that have signed in to an account: someone else's failures do not lock them out.
CREATE TABLE known_devices (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX known_devices_user ON known_devices (user_id, seen_at);

-- Failed sign-ins in a row, for each account (by the SHA-256 of its normal e-mail, so that unknown
-- accounts behave alike) and device; device 0 is every browser that is not known, device -1 stands
-- for all of them together. What is noted of accounts that do not exist goes after a while.
CREATE TABLE sign_in_failures (
  account_hash BLOB NOT NULL CHECK (length(account_hash) = 32),
  device_id INTEGER NOT NULL,
  failures INTEGER NOT NULL CHECK (failures >= 1),
  last_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL DEFAULT 0,
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, -- none: no such account
  PRIMARY KEY (account_hash, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_user ON sign_in_failures (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sign_in_failures_age ON sign_in_failures (last_at) WHERE user_id IS NULL;

-- Whose a record is: its owner's, and while it has none the one's who made it. What neither has is
-- seen by those alone who see all, so its rows are in no index here.
ALTER TABLE customers ADD COLUMN holder_id INTEGER GENERATED ALWAYS AS (coalesce(owner_id, created_by)) VIRTUAL;
CREATE INDEX customers_holder ON customers (holder_id, created_at, id) WHERE deleted_at IS NULL AND holder_id IS NOT NULL;
ALTER TABLE contacts ADD COLUMN holder_id INTEGER GENERATED ALWAYS AS (coalesce(owner_id, created_by)) VIRTUAL;
CREATE INDEX contacts_holder ON contacts (holder_id, created_at, id) WHERE deleted_at IS NULL AND holder_id IS NOT NULL;
ALTER TABLE products ADD COLUMN holder_id INTEGER GENERATED ALWAYS AS (coalesce(owner_id, created_by)) VIRTUAL;
CREATE INDEX products_holder ON products (holder_id, created_at, id) WHERE deleted_at IS NULL AND holder_id IS NOT NULL;
ALTER TABLE orders ADD COLUMN holder_id INTEGER GENERATED ALWAYS AS (coalesce(owner_id, created_by)) VIRTUAL;
CREATE INDEX orders_holder ON orders (holder_id, created_at, id) WHERE deleted_at IS NULL AND holder_id IS NOT NULL;
ALTER TABLE payments ADD COLUMN holder_id INTEGER GENERATED ALWAYS AS (coalesce(owner_id, created_by)) VIRTUAL;
CREATE INDEX payments_holder ON payments (holder_id, created_at, id) WHERE deleted_at IS NULL AND holder_id IS NOT NULL;
