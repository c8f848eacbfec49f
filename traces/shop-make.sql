-- A shop: 200,000 customers, 200,000 products and 100,000 purchases of one by the other, at random.
PRAGMA page_size = 16384;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE customer(id INTEGER PRIMARY KEY, balance INTEGER, name TEXT);
CREATE TABLE product(id INTEGER PRIMARY KEY, price INTEGER, name TEXT);
CREATE TABLE purchase(id INTEGER PRIMARY KEY, customer INTEGER, product INTEGER, amount INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000)
INSERT INTO customer SELECT i, i * 7919 % 1000, printf('customer %0100d', i) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000)
INSERT INTO product SELECT i, i * 104729 % 1000, printf('product %0100d', i) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
INSERT INTO purchase SELECT i, 1 + (i * 2654435761) % 200000, 1 + (i * 2246822519) % 200000, i % 10 FROM n;
