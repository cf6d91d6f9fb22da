-- The full-text indexes are written once a transaction instead of once a statement. FTS5 writes what
-- it holds in memory at every savepoint, and SQLite makes one around each statement that fires
-- triggers, so every new record became a segment of its own in three indexes, to be merged later. Now
-- triggers note which records changed, and the program brings the indexes up to them before COMMIT.
-- Outside a transaction this table is empty.

CREATE TABLE search_pending (
  collection TEXT NOT NULL,
  record_id INTEGER NOT NULL,
  indexed TEXT, -- what the index holds of the record, which it must be told to forget it
  PRIMARY KEY (collection, record_id)
) STRICT, WITHOUT ROWID;

DROP TRIGGER customers_search_insert;
DROP TRIGGER customers_search_update;
DROP TRIGGER customers_search_delete;
CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
  INSERT INTO search_pending (collection, record_id, indexed) VALUES ('customers', new.id, NULL)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER customers_search_update AFTER UPDATE OF search_fold ON customers
  WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('customers', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER customers_search_delete AFTER DELETE ON customers BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('customers', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER contacts_search_insert;
DROP TRIGGER contacts_search_update;
DROP TRIGGER contacts_search_delete;
CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO search_pending (collection, record_id, indexed) VALUES ('contacts', new.id, NULL)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER contacts_search_update AFTER UPDATE OF search_fold ON contacts
  WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('contacts', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('contacts', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER products_search_insert;
DROP TRIGGER products_search_update;
DROP TRIGGER products_search_delete;
CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN
  INSERT INTO search_pending (collection, record_id, indexed) VALUES ('products', new.id, NULL)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER products_search_update AFTER UPDATE OF search_fold ON products
  WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('products', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('products', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER orders_search_insert;
DROP TRIGGER orders_search_update;
DROP TRIGGER orders_search_delete;
CREATE TRIGGER orders_search_insert AFTER INSERT ON orders BEGIN
  INSERT INTO search_pending (collection, record_id, indexed) VALUES ('orders', new.id, NULL)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER orders_search_update AFTER UPDATE OF search_fold ON orders
  WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('orders', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER orders_search_delete AFTER DELETE ON orders BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('orders', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER payments_search_insert;
DROP TRIGGER payments_search_update;
DROP TRIGGER payments_search_delete;
CREATE TRIGGER payments_search_insert AFTER INSERT ON payments BEGIN
  INSERT INTO search_pending (collection, record_id, indexed) VALUES ('payments', new.id, NULL)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER payments_search_update AFTER UPDATE OF search_fold ON payments
  WHEN old.search_fold <> new.search_fold BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('payments', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER payments_search_delete AFTER DELETE ON payments BEGIN
  INSERT INTO search_pending (collection, record_id, indexed)
    VALUES ('payments', old.id, old.search_fold) ON CONFLICT DO NOTHING;
END;
