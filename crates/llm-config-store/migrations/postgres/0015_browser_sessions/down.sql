DROP TABLE login_links;
DROP TABLE sessions;
-- Without the column, the text of a cookie would be a token.
DELETE FROM tokens WHERE kind <> 'API';
ALTER TABLE tokens DROP COLUMN kind;
