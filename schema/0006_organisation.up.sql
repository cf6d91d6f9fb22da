-- What the firm says of itself: one row. A column that is null was never set, and the built-in value
-- holds; what the operator sets in kontor.toml, by variable or by flag comes before it
-- (lib/crm/organisation).
CREATE TABLE organisation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL CHECK (version >= 1),
  updated_at INTEGER NOT NULL,
  name TEXT,
  street TEXT,
  city TEXT,
  state TEXT,
  postal_code TEXT,
  country TEXT,      -- ISO 3166: of the firm, and of telephone numbers written without one
  tax_id TEXT,
  email TEXT,
  phone TEXT,
  currency TEXT,     -- ISO 4217: of new records
  timezone TEXT,     -- decides what today is
  language TEXT      -- of pages for who has not chosen one
) STRICT;
INSERT INTO organisation (id, version, updated_at) VALUES (1, 1, 0);
