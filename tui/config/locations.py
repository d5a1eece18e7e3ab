"""Every place billtop keeps files in; nothing else computes paths."""

from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("billtop", appauthor=False)


def data_directory() -> Path:
    """Where what must not be lost is kept: the payments journal."""
    return Path(_DIRS.user_data_path)


def journal_file() -> Path:
    """The payments journal."""
    return data_directory() / "payments.sqlite3"


def user_themes_directory() -> Path:
    """Where the user's own themes are read from."""
    return Path(_DIRS.user_config_path) / "themes"


def shipped_themes_directory() -> Path:
    """The themes that come with billtop: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"
