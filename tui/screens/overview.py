"""The first view."""

from tui.screens.view import View


class OverviewView(View):
    """x."""
