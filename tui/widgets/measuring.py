"""Sizes that follow a text, however often it changes between two pictures."""

from textual.widget import Widget


def lay_out_again(widget: Widget) -> None:
    """Have a widget measured and laid out anew, also when that was asked for before and is still to come.

    Textual 8.2.8 forgets what it measured at the first such request alone. Where the widget was measured since, as by
    the mount of another one, the request that follows would take that size for the new text, and cut it off for good.
    """
    widget._layout_updates += 1  # what Textual's cache of measured sizes goes by; it has no public name
    widget.refresh(layout=True)
