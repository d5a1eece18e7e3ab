"""Olostep (docs.olostep.com, Balance and billing): credits in lots, and top-ups from the card on file."""
