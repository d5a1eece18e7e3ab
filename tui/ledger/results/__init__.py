"""What a query finds: a window of the rows, their count and their sums."""
