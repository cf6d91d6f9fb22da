DROP TRIGGER customers_search_insert;
DROP TRIGGER customers_search_update;
DROP TRIGGER customers_search_delete;
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

DROP TRIGGER contacts_search_insert;
DROP TRIGGER contacts_search_update;
DROP TRIGGER contacts_search_delete;
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

DROP TRIGGER products_search_insert;
DROP TRIGGER products_search_update;
DROP TRIGGER products_search_delete;
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

DROP TRIGGER orders_search_insert;
DROP TRIGGER orders_search_update;
DROP TRIGGER orders_search_delete;
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

DROP TRIGGER payments_search_insert;
DROP TRIGGER payments_search_update;
DROP TRIGGER payments_search_delete;
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

DROP TABLE search_pending;
