"""Theme files as Textual themes, and our own colour names for every other theme."""

from collections.abc import Mapping
from typing import Any

from textual.color import Color
from textual.theme import Theme

from tui.config.themes import ThemeFile
from tui.terminal.textual_compat import is_ansi

_ON_DARK = {"success": "#8fc98b", "warning": "#e3b45a", "error": "#f08a80"}
_ON_LIGHT = {"success": "#2c6a34", "warning": "#835300", "error": "#a92c22"}
"""The status colours of a theme that names none: those of billtop's own dark and light theme."""


def to_textual(theme: ThemeFile) -> Theme:
    """Return the Textual theme for a checked theme file; colours it does not name are made from those it must name."""
    colors: dict[str, Any] = {**_derived(theme.colors), **theme.colors}
    base = Theme(theme.name, dark=theme.dark, **colors)
    base.variables = {**_calm(base), **variable_defaults(base), **theme.variables}
    return base


def _derived(colors: Mapping[str, str]) -> dict[str, str]:
    """Every colour that a theme may leave out, made from its background, foreground and accent."""
    background, foreground = Color.parse(colors["background"]), Color.parse(colors["foreground"])
    return {
        "primary": colors["accent"],
        "secondary": background.blend(foreground, 0.65).hex,
        "surface": background.blend(foreground, 0.04).hex,
        "panel": background.blend(foreground, 0.09).hex,
        **(_ON_LIGHT if background.brightness > 0.5 else _ON_DARK),
    }


def variable_defaults(theme: Theme) -> dict[str, str]:
    """Our own colour names (tui.config.themes.VARIABLES) for a theme that does not name them itself."""
    good, wait, bad = theme.success or "green", theme.warning or "yellow", theme.error or "red"
    accent = theme.accent or theme.primary
    label, rule = _greys(theme)
    return {
        "label": label,
        "rule": rule,
        "money-in": good,
        "money-out": theme.foreground or ("#e0e0e0" if theme.dark else "#1f1f1f"),
        "status-good": good,
        "status-wait": wait,
        "status-bad": bad,
        "live": wait,
        "live-text": "ansi_black" if is_ansi(theme) else Color.parse(wait).get_contrast_text(1.0).hex,
        "sandbox": label,
        "bar": accent,
    }


def _greys(theme: Theme) -> tuple[str, str]:
    """A colour for labels and one for lines, between background and text; an ansi theme has only its own."""
    if is_ansi(theme):
        return "ansi_bright_black", "ansi_bright_black"
    background = Color.parse(theme.background or ("#121212" if theme.dark else "#efefef"))
    foreground = Color.parse(theme.foreground or ("#e0e0e0" if theme.dark else "#1f1f1f"))
    return background.blend(foreground, 0.65).hex, background.blend(foreground, 0.2).hex


def _calm(theme: Theme) -> dict[str, str]:
    """Textual's own variables, quieter: one accent, flat footer, a cursor that is a tint."""
    label, _ = _greys(theme)
    return {
        "footer-background": theme.background or "",
        "footer-key-foreground": theme.accent or theme.primary,
        "footer-description-foreground": label,
        "block-cursor-background": theme.panel or "",
        "block-cursor-foreground": theme.foreground or "",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": theme.surface or "",
        "block-cursor-blurred-foreground": theme.foreground or "",
        "block-cursor-blurred-text-style": "none",
        "border": theme.accent or theme.primary,
        "border-blurred": label,
        "scrollbar": theme.panel or "",
        "scrollbar-background": theme.background or "",
        "scrollbar-corner-color": theme.background or "",
    }
