-- loses: the list of imports, their error rows and the means to undo them; the records stay
DROP INDEX payments_reference;
DROP INDEX customers_domain;
ALTER TABLE external_ids DROP COLUMN import_id;
DROP TABLE import_errors;
DROP TABLE import_batches;
DROP TABLE imports;
