"""The endpoints, a module a family."""
