"""Dialogs: what is done to an account."""
