"""Payment links: their journal, the poller that watches them, and the gate their addresses pass."""
