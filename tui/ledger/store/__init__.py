"""The SQLite file of a ledger: tables, rows, and the totals kept beside them."""
