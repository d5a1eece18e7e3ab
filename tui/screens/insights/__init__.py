"""Spending by day, by use and by month."""
