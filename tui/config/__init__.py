"""Settings, accounts and the places files live in."""
