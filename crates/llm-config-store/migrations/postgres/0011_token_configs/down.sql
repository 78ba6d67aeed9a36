-- Without the column, a token that is narrowed to configurations would act on every one.
DELETE FROM tokens WHERE configs IS NOT NULL;
ALTER TABLE tokens DROP COLUMN configs;
