"""What the transactions say: filters and sums."""
