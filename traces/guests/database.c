// A database in memory for a trace of a whole guest: payments between accounts, inserted, then joined by random keys.
#include <sqlite3.h>
#include <stdio.h>

#define PHASE(number) __asm__ volatile(".byte 0x0f,0x1f,0x84,0x00\n.long 0x56540100 + " #number ::: "memory")

static int run(sqlite3 *database, const char *sql) {
  char *problem = NULL;
  if (sqlite3_exec(database, sql, NULL, NULL, &problem) == SQLITE_OK) return 0;
  fprintf(stderr, "database: %s\n", problem);
  return 1;
}

int main(void) {
  sqlite3 *database;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) return 1;
  int failures = run(database,
    "create table account (id integer primary key, name text, total integer);"
    "create table payment (id integer primary key, account integer, amount integer);"
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)"
    " insert into account select i, 'account ' || i, 0 from n;");
  PHASE(1);
  failures += run(database,
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000)"
    " insert into payment select i, 1 + i * 7919 % 3000, i % 97 from n;"
    "create index by_account on payment (account);");
  PHASE(2);
  failures += run(database,
    "update account set total = (select sum(amount) from payment where account = account.id);"
    "delete from payment where id % 3 = 0;");
  sqlite3_close(database);
  return failures;
}
