INSERT INTO customers_search (customers_search, rank) VALUES ('secure-delete', 0);
INSERT INTO contacts_search (contacts_search, rank) VALUES ('secure-delete', 0);
INSERT INTO products_search (products_search, rank) VALUES ('secure-delete', 0);
INSERT INTO orders_search (orders_search, rank) VALUES ('secure-delete', 0);
INSERT INTO payments_search (payments_search, rank) VALUES ('secure-delete', 0);
DROP TABLE erasures;
DELETE FROM meta WHERE key = 'audit_begins';
DROP TRIGGER changes_delete;
DROP TRIGGER changes_update;
DROP INDEX changes_events;
DROP INDEX changes_actor;
-- Before this step there are changes of records alone.
DELETE FROM changes WHERE version = 0;
ALTER TABLE changes DROP COLUMN hash;
ALTER TABLE changes DROP COLUMN digest;
ALTER TABLE changes DROP COLUMN salt;
ALTER TABLE changes DROP COLUMN address;
ALTER TABLE changes DROP COLUMN via;
