"""Lets `python -m tui` start what the command `billtop` starts."""

from tui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
