"""QR codes as character cells: which modules, which rung of the ladder fits, which glyph in which cell."""
