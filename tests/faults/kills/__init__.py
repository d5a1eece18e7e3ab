"""Kills real payments at random moments, settles them as a user would, and compares with the server's own books."""
