"""Invoices and orders."""
