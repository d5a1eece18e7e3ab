"""Clients of the published billing APIs."""
