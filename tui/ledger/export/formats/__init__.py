"""The formats transactions are written in, a module each; each makes text and touches no file."""
