"""The ledger query: its grammar, what it means, and what completes it."""
