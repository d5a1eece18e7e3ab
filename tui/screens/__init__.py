"""The areas of the dashboard."""
