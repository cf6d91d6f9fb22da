-- The stable core: people and things (users, customers, contacts, products), documents (orders,
-- payments), and what every write leaves behind (changes, idempotency, external ids, stock moves).
--
-- In every table of records: `id` is the row id that joins and keyset order use, `uid` the UUIDv7
-- that the outside sees, `version` counts changes from 1, instants are ms UTC, money is minor
-- units, unit prices and quantities are × 10⁴, rates are parts per million. `*_fold` and `*_norm`
-- are kept by the program (folded text, normal forms), `search_fold` feeds the full-text index.

-- Indexes of a filter go on with created_at, id: the order of a list that asks for no other.

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  email TEXT NOT NULL,
  email_norm TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email_norm) WHERE deleted_at IS NULL;

CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'company')),
  name TEXT NOT NULL CHECK (name <> ''),
  name_fold TEXT NOT NULL,
  email TEXT,
  email_norm TEXT,
  phone TEXT,
  phone_norm TEXT,
  lifecycle TEXT NOT NULL CHECK (lifecycle IN ('lead', 'prospect', 'customer', 'former')),
  company_name TEXT,
  tax_id TEXT,
  address_street TEXT,
  address_city TEXT,
  address_state TEXT,
  address_postal_code TEXT,
  address_country TEXT,
  notes TEXT,
  language TEXT,
  currency TEXT CHECK (length(currency) = 3),
  owner_id INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  custom TEXT NOT NULL DEFAULT '{}' CHECK (json_type(custom) = 'object'),
  search_fold TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX customers_live ON customers (id) WHERE deleted_at IS NULL;
CREATE INDEX customers_trash ON customers (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX customers_created ON customers (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_updated ON customers (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_name ON customers (name_fold, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_email ON customers (email_norm) WHERE deleted_at IS NULL AND email_norm IS NOT NULL;
CREATE INDEX customers_phone ON customers (phone_norm) WHERE deleted_at IS NULL AND phone_norm IS NOT NULL;
CREATE INDEX customers_owner ON customers (owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_lifecycle ON customers (lifecycle, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  customer_id INTEGER REFERENCES customers (id) ON DELETE RESTRICT,
  first_name TEXT,
  last_name TEXT NOT NULL CHECK (last_name <> ''),
  last_name_fold TEXT NOT NULL,
  job_title TEXT,
  email TEXT,
  email_norm TEXT,
  phone TEXT,
  phone_norm TEXT,
  is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
  birthday TEXT,
  owner_id INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  custom TEXT NOT NULL DEFAULT '{}' CHECK (json_type(custom) = 'object'),
  search_fold TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX contacts_live ON contacts (id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_trash ON contacts (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX contacts_created ON contacts (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_updated ON contacts (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_last_name ON contacts (last_name_fold, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_customer ON contacts (customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_email ON contacts (email_norm) WHERE deleted_at IS NULL AND email_norm IS NOT NULL;
CREATE INDEX contacts_phone ON contacts (phone_norm) WHERE deleted_at IS NULL AND phone_norm IS NOT NULL;
CREATE INDEX contacts_owner ON contacts (owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX contacts_primary ON contacts (customer_id)
  WHERE deleted_at IS NULL AND is_primary = 1 AND customer_id IS NOT NULL;

CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  sku TEXT NOT NULL CHECK (sku <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  name_fold TEXT NOT NULL,
  description TEXT,
  unit TEXT,
  price INTEGER NOT NULL CHECK (price >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  cost INTEGER CHECK (cost >= 0),
  tax_rate INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 1000000),
  track_stock INTEGER NOT NULL CHECK (track_stock IN (0, 1)),
  stock_on_hand INTEGER NOT NULL,
  stock_reserved INTEGER NOT NULL DEFAULT 0 CHECK (stock_reserved >= 0),
  reorder_point INTEGER NOT NULL CHECK (reorder_point >= 0),
  low_stock INTEGER NOT NULL GENERATED ALWAYS AS
    (track_stock = 1 AND status = 'active' AND stock_on_hand - stock_reserved <= reorder_point) VIRTUAL,
  category TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'archived')),
  owner_id INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  custom TEXT NOT NULL DEFAULT '{}' CHECK (json_type(custom) = 'object'),
  search_fold TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX products_sku ON products (sku) WHERE deleted_at IS NULL;
CREATE INDEX products_live ON products (id) WHERE deleted_at IS NULL;
CREATE INDEX products_trash ON products (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX products_created ON products (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_updated ON products (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_sku_order ON products (sku, id) WHERE deleted_at IS NULL;
CREATE INDEX products_name ON products (name_fold, id) WHERE deleted_at IS NULL;
CREATE INDEX products_price ON products (price, id) WHERE deleted_at IS NULL;
CREATE INDEX products_stock ON products (stock_on_hand, id) WHERE deleted_at IS NULL;
CREATE INDEX products_low_stock ON products (low_stock, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_status ON products (status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX products_category ON products (category, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  number TEXT NOT NULL UNIQUE CHECK (number <> ''),
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
  status TEXT NOT NULL
    CHECK (status IN ('draft', 'confirmed', 'processing', 'completed', 'on_hold', 'cancelled')),
  payment_status TEXT NOT NULL CHECK (payment_status IN
    ('unpaid', 'authorized', 'partially_paid', 'paid', 'partially_refunded', 'refunded', 'failed')),
  fulfilment_status TEXT NOT NULL
    CHECK (fulfilment_status IN ('unfulfilled', 'partial', 'fulfilled', 'returned')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  order_date TEXT NOT NULL CHECK (order_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  subtotal INTEGER NOT NULL CHECK (subtotal >= 0),
  discount INTEGER NOT NULL CHECK (discount BETWEEN 0 AND subtotal),
  net INTEGER NOT NULL CHECK (net = subtotal - discount),
  tax INTEGER NOT NULL CHECK (tax >= 0),
  shipping INTEGER NOT NULL CHECK (shipping >= 0),
  total INTEGER NOT NULL CHECK (total = net + tax + shipping),
  paid INTEGER NOT NULL CHECK (paid >= 0),
  due INTEGER NOT NULL CHECK (due = total - paid),
  notes TEXT,
  channel TEXT,
  confirmed_at INTEGER,
  confirmed_on TEXT CHECK (confirmed_on IS NULL OR
    confirmed_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  held_from TEXT,
  owner_id INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  custom TEXT NOT NULL DEFAULT '{}' CHECK (json_type(custom) = 'object'),
  search_fold TEXT NOT NULL DEFAULT '',
  CHECK ((status = 'on_hold') = (held_from IS NOT NULL)),
  CHECK ((confirmed_at IS NULL) = (confirmed_on IS NULL)),
  CHECK (confirmed_on IS NOT NULL OR status IN ('draft', 'on_hold', 'cancelled'))
) STRICT;
CREATE INDEX orders_live ON orders (id) WHERE deleted_at IS NULL;
CREATE INDEX orders_trash ON orders (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX orders_created ON orders (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_updated ON orders (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_number ON orders (number, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_date ON orders (order_date, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_total ON orders (total, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_due ON orders (due, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_customer ON orders (customer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_owner ON orders (owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_status ON orders (status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX orders_payment_status ON orders (payment_status, created_at, id) WHERE deleted_at IS NULL;
-- Revenue: booked orders by day of confirmation, and who bought.
CREATE INDEX orders_booked ON orders (confirmed_on, currency, customer_id, net)
  WHERE deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled';

CREATE INDEX orders_buyer ON orders (customer_id, currency, confirmed_on, net)
  WHERE deleted_at IS NULL AND confirmed_on IS NOT NULL AND status <> 'cancelled';

CREATE TABLE order_lines (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  product_id INTEGER REFERENCES products (id) ON DELETE RESTRICT,
  sku TEXT,
  name TEXT NOT NULL CHECK (name <> ''),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
  discount INTEGER NOT NULL CHECK (discount BETWEEN 0 AND 1000000),
  tax_rate INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 1000000),
  cost INTEGER CHECK (cost >= 0),
  line_total INTEGER NOT NULL CHECK (line_total >= 0),
  discount_share INTEGER NOT NULL CHECK (discount_share BETWEEN 0 AND line_total),
  reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0)
) STRICT;
CREATE UNIQUE INDEX order_lines_position ON order_lines (order_id, position);
CREATE INDEX order_lines_product ON order_lines (product_id, order_id) WHERE product_id IS NOT NULL;

CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
  version INTEGER NOT NULL CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
  method TEXT NOT NULL CHECK (method IN ('cash', 'card', 'bank_transfer', 'cod', 'wallet', 'other')),
  amount INTEGER NOT NULL CHECK (amount > 0),
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  status TEXT NOT NULL CHECK (status IN ('pending', 'authorized', 'succeeded', 'partially_refunded',
    'refunded', 'failed', 'cancelled')),
  reference TEXT,
  paid_at INTEGER,
  owner_id INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  custom TEXT NOT NULL DEFAULT '{}' CHECK (json_type(custom) = 'object'),
  search_fold TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX payments_live ON payments (id) WHERE deleted_at IS NULL;
CREATE INDEX payments_trash ON payments (id) WHERE deleted_at IS NOT NULL;
CREATE INDEX payments_created ON payments (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_updated ON payments (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_amount ON payments (amount, id) WHERE deleted_at IS NULL;
CREATE INDEX payments_order ON payments (order_id, created_at, id);
CREATE INDEX payments_status ON payments (status, created_at, id) WHERE deleted_at IS NULL;

-- Why stock is what it is. kind: `set` and `ship` move what is on hand, `reserve` and `release`
-- what is promised; `on_hand` and `reserved` are the signed amounts, × 10⁴.
CREATE TABLE stock_moves (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE RESTRICT,
  order_id INTEGER REFERENCES orders (id) ON DELETE RESTRICT,
  kind TEXT NOT NULL CHECK (kind IN ('set', 'reserve', 'release', 'ship')),
  on_hand INTEGER NOT NULL,
  reserved INTEGER NOT NULL
) STRICT;
CREATE INDEX stock_moves_product ON stock_moves (product_id, id);

-- Next number of a series in a period: ('SO', '2026', 42).
CREATE TABLE sequences (
  series TEXT NOT NULL,
  period TEXT NOT NULL,
  next INTEGER NOT NULL CHECK (next >= 1),
  PRIMARY KEY (series, period)
) STRICT, WITHOUT ROWID;

-- Every change of every record, in commit order: history, events and /changes read it.
-- diff: {"field": {"from": …, "to": …}} as the API writes the values.
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  collection TEXT NOT NULL,
  record_uid BLOB NOT NULL CHECK (length(record_uid) = 16),
  action TEXT NOT NULL,
  version INTEGER NOT NULL,
  actor_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
  request_id TEXT NOT NULL DEFAULT '',
  diff TEXT NOT NULL
) STRICT;
CREATE INDEX changes_record ON changes (record_uid, seq);

-- What a request with an Idempotency-Key was answered; written with its effect.
CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (principal, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- The name of a record in another system; what makes a second import of the same file change nothing.
CREATE TABLE external_ids (
  collection TEXT NOT NULL,
  system TEXT NOT NULL,
  key TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (collection, system, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_ids_record ON external_ids (collection, record_id);

-- Facts about this database: instance id, demo batch, clock of the last start.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Full-text search over `search_fold`; kept by triggers, so every path of writing feeds it. Folded
-- text is words between blanks already: every other character belongs to its word, marks of Thai or
-- Hindi and signs too. One cut differently than the search term would be a phrase, which an index
-- without positions refuses.
CREATE VIRTUAL TABLE customers_search USING fts5(search_fold, content='customers', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3', detail='none', columnsize=0);
CREATE VIRTUAL TABLE contacts_search USING fts5(search_fold, content='contacts', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3', detail='none', columnsize=0);
CREATE VIRTUAL TABLE products_search USING fts5(search_fold, content='products', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3', detail='none', columnsize=0);
CREATE VIRTUAL TABLE orders_search USING fts5(search_fold, content='orders', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3', detail='none', columnsize=0);
CREATE VIRTUAL TABLE payments_search USING fts5(search_fold, content='payments', content_rowid='id',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'", prefix='2 3', detail='none', columnsize=0);

CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
  INSERT INTO customers_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER customers_search_update AFTER UPDATE OF search_fold ON customers WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO customers_search (customers_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
  INSERT INTO customers_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER customers_search_delete AFTER DELETE ON customers BEGIN
  INSERT INTO customers_search (customers_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
END;

CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER contacts_search_update AFTER UPDATE OF search_fold ON contacts WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO contacts_search (contacts_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
  INSERT INTO contacts_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN
  INSERT INTO contacts_search (contacts_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
END;

CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN
  INSERT INTO products_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER products_search_update AFTER UPDATE OF search_fold ON products WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO products_search (products_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
  INSERT INTO products_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
  INSERT INTO products_search (products_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
END;

CREATE TRIGGER orders_search_insert AFTER INSERT ON orders BEGIN
  INSERT INTO orders_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER orders_search_update AFTER UPDATE OF search_fold ON orders WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO orders_search (orders_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
  INSERT INTO orders_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER orders_search_delete AFTER DELETE ON orders BEGIN
  INSERT INTO orders_search (orders_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
END;

CREATE TRIGGER payments_search_insert AFTER INSERT ON payments BEGIN
  INSERT INTO payments_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER payments_search_update AFTER UPDATE OF search_fold ON payments WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO payments_search (payments_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
  INSERT INTO payments_search (rowid, search_fold) VALUES (new.id, new.search_fold);
END;
CREATE TRIGGER payments_search_delete AFTER DELETE ON payments BEGIN
  INSERT INTO payments_search (payments_search, rowid, search_fold) VALUES ('delete', old.id, old.search_fold);
END;

-- Figures that the dashboard would otherwise count row by row; kept by triggers, so that every path
-- of writing keeps them, and proved against the rows by `doctor`.
CREATE TABLE stats_records (
  collection TEXT PRIMARY KEY,
  live INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO stats_records (collection, live)
  VALUES ('customers', 0), ('contacts', 0), ('products', 0), ('orders', 0), ('payments', 0);

CREATE TABLE stats_order_days (
  day TEXT NOT NULL,
  status TEXT NOT NULL,
  orders INTEGER NOT NULL,
  PRIMARY KEY (day, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE stats_revenue_days (
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  orders INTEGER NOT NULL,
  net INTEGER NOT NULL,
  PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- All that a customer has ever bought: who can be among the first of a period.
CREATE TABLE stats_buyers (
  customer_id INTEGER NOT NULL,
  currency TEXT NOT NULL,
  orders INTEGER NOT NULL,
  net INTEGER NOT NULL,
  PRIMARY KEY (customer_id, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX stats_buyers_net ON stats_buyers (currency, net) WHERE orders > 0;

CREATE TRIGGER customers_stats_insert AFTER INSERT ON customers WHEN new.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live + 1 WHERE collection = 'customers';
END;
CREATE TRIGGER customers_stats_update AFTER UPDATE OF deleted_at ON customers
  WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE stats_records SET live = live + iif(new.deleted_at IS NULL, 1, -1) WHERE collection = 'customers';
END;
CREATE TRIGGER customers_stats_delete AFTER DELETE ON customers WHEN old.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live - 1 WHERE collection = 'customers';
END;

CREATE TRIGGER contacts_stats_insert AFTER INSERT ON contacts WHEN new.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live + 1 WHERE collection = 'contacts';
END;
CREATE TRIGGER contacts_stats_update AFTER UPDATE OF deleted_at ON contacts
  WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE stats_records SET live = live + iif(new.deleted_at IS NULL, 1, -1) WHERE collection = 'contacts';
END;
CREATE TRIGGER contacts_stats_delete AFTER DELETE ON contacts WHEN old.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live - 1 WHERE collection = 'contacts';
END;

CREATE TRIGGER products_stats_insert AFTER INSERT ON products WHEN new.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live + 1 WHERE collection = 'products';
END;
CREATE TRIGGER products_stats_update AFTER UPDATE OF deleted_at ON products
  WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE stats_records SET live = live + iif(new.deleted_at IS NULL, 1, -1) WHERE collection = 'products';
END;
CREATE TRIGGER products_stats_delete AFTER DELETE ON products WHEN old.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live - 1 WHERE collection = 'products';
END;

CREATE TRIGGER orders_stats_insert AFTER INSERT ON orders WHEN new.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live + 1 WHERE collection = 'orders';
END;
CREATE TRIGGER orders_stats_update AFTER UPDATE OF deleted_at ON orders
  WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE stats_records SET live = live + iif(new.deleted_at IS NULL, 1, -1) WHERE collection = 'orders';
END;
CREATE TRIGGER orders_stats_delete AFTER DELETE ON orders WHEN old.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live - 1 WHERE collection = 'orders';
END;

CREATE TRIGGER payments_stats_insert AFTER INSERT ON payments WHEN new.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live + 1 WHERE collection = 'payments';
END;
CREATE TRIGGER payments_stats_update AFTER UPDATE OF deleted_at ON payments
  WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE stats_records SET live = live + iif(new.deleted_at IS NULL, 1, -1) WHERE collection = 'payments';
END;
CREATE TRIGGER payments_stats_delete AFTER DELETE ON payments WHEN old.deleted_at IS NULL BEGIN
  UPDATE stats_records SET live = live - 1 WHERE collection = 'payments';
END;

CREATE TRIGGER orders_days_insert AFTER INSERT ON orders BEGIN
  INSERT INTO stats_order_days (day, status, orders)
    SELECT new.order_date, new.status, 1 WHERE new.deleted_at IS NULL
    ON CONFLICT (day, status) DO UPDATE SET orders = orders + excluded.orders;
  INSERT INTO stats_revenue_days (day, currency, orders, net)
    SELECT new.confirmed_on, new.currency, 1, new.net
    WHERE new.deleted_at IS NULL AND new.confirmed_on IS NOT NULL AND new.status <> 'cancelled'
    ON CONFLICT (day, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
  INSERT INTO stats_buyers (customer_id, currency, orders, net)
    SELECT new.customer_id, new.currency, 1, new.net
    WHERE new.deleted_at IS NULL AND new.confirmed_on IS NOT NULL AND new.status <> 'cancelled'
    ON CONFLICT (customer_id, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
END;
CREATE TRIGGER orders_days_delete AFTER DELETE ON orders BEGIN
  INSERT INTO stats_order_days (day, status, orders)
    SELECT old.order_date, old.status, -1 WHERE old.deleted_at IS NULL
    ON CONFLICT (day, status) DO UPDATE SET orders = orders + excluded.orders;
  INSERT INTO stats_revenue_days (day, currency, orders, net)
    SELECT old.confirmed_on, old.currency, -1, -old.net
    WHERE old.deleted_at IS NULL AND old.confirmed_on IS NOT NULL AND old.status <> 'cancelled'
    ON CONFLICT (day, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
  INSERT INTO stats_buyers (customer_id, currency, orders, net)
    SELECT old.customer_id, old.currency, -1, -old.net
    WHERE old.deleted_at IS NULL AND old.confirmed_on IS NOT NULL AND old.status <> 'cancelled'
    ON CONFLICT (customer_id, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
END;
CREATE TRIGGER orders_days_update
  AFTER UPDATE OF customer_id, order_date, status, confirmed_on, currency, net, deleted_at ON orders BEGIN
  INSERT INTO stats_order_days (day, status, orders)
    SELECT old.order_date, old.status, -1 WHERE old.deleted_at IS NULL
    ON CONFLICT (day, status) DO UPDATE SET orders = orders + excluded.orders;
  INSERT INTO stats_revenue_days (day, currency, orders, net)
    SELECT old.confirmed_on, old.currency, -1, -old.net
    WHERE old.deleted_at IS NULL AND old.confirmed_on IS NOT NULL AND old.status <> 'cancelled'
    ON CONFLICT (day, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
  INSERT INTO stats_buyers (customer_id, currency, orders, net)
    SELECT old.customer_id, old.currency, -1, -old.net
    WHERE old.deleted_at IS NULL AND old.confirmed_on IS NOT NULL AND old.status <> 'cancelled'
    ON CONFLICT (customer_id, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
  INSERT INTO stats_order_days (day, status, orders)
    SELECT new.order_date, new.status, 1 WHERE new.deleted_at IS NULL
    ON CONFLICT (day, status) DO UPDATE SET orders = orders + excluded.orders;
  INSERT INTO stats_revenue_days (day, currency, orders, net)
    SELECT new.confirmed_on, new.currency, 1, new.net
    WHERE new.deleted_at IS NULL AND new.confirmed_on IS NOT NULL AND new.status <> 'cancelled'
    ON CONFLICT (day, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
  INSERT INTO stats_buyers (customer_id, currency, orders, net)
    SELECT new.customer_id, new.currency, 1, new.net
    WHERE new.deleted_at IS NULL AND new.confirmed_on IS NOT NULL AND new.status <> 'cancelled'
    ON CONFLICT (customer_id, currency) DO UPDATE SET orders = orders + excluded.orders, net = net + excluded.net;
END;
