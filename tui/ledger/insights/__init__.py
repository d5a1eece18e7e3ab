"""What a ledger comes to: spending by day and use, pace and runway."""
