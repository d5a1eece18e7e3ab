"""Bringing the copy of a ledger up to date: pages, order, and what is read again."""
