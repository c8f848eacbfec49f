-- Joins the three tables by random keys, reading the database through a mapping of the file.
PRAGMA mmap_size = 268435456;
SELECT count(*), sum(purchase.amount * product.price), sum(customer.balance)
FROM purchase
CROSS JOIN customer ON customer.id = purchase.customer
CROSS JOIN product ON product.id = purchase.product;
