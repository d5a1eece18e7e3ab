"""What keeps data on this machine: SQLite files, locks, careful files and the log."""
