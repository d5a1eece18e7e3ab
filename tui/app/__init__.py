"""The Textual app: the app class, its main screen, who opens which dialog, and the end after a fault."""
