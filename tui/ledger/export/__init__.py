"""A ledger as a file: CSV, JSON Lines, hledger and beancount."""
