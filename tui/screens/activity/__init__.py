"""Checkouts and charges with what can be done about each."""
