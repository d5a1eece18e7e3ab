"""Money calls: our own record of each, carrying them out once, and finding out how they ended."""
