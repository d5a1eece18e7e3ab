"""The ledger: the filter, its rows, exports and saved filters."""
