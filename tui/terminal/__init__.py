"""The terminal the dashboard stands on: one that may stop reading, go away, or change its size to nothing."""
