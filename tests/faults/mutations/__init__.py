"""Every answer of every provider, with one thing about it changed, and what billtop makes of it.

`python -m tests.faults.mutations --help` tells how to run them. A run puts a proxy between billtop and the sandbox:
the proxy changes one answer of a scenario, and what billtop then prints, shows and charges is checked.
"""
