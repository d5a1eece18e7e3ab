"""A local server that speaks the providers' wire, with a hosted checkout page.

It is a real HTTP server on loopback with its state in SQLite, started by `billtop demo`, by `billtop sandbox` and by
the tests (`tui.sandbox.harness`). What the published pages leave open is chosen once, in `tui.sandbox.choices`.
Importing this package imports none of the server's own packages.
"""
