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
