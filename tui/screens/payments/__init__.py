"""The dialogs that pay, and their text."""
