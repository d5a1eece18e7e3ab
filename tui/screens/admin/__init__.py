"""Product Factory administration."""
