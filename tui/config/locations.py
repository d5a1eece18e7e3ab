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


def ledger_file(fingerprint: str) -> Path:
    """What was read of the ledger of one account (its fingerprint, hexadecimal); it can be read again any time."""
    return Path(_DIRS.user_cache_path) / "ledgers" / f"{fingerprint}.sqlite3"


def ledger_file_beside(journal: Path, fingerprint: str) -> Path:
    """The ledger of one account: beside a journal of its own, as the demo's, whose folder ends with it."""
    return ledger_file(fingerprint) if journal == journal_file() else journal.parent / f"{fingerprint}.sqlite3"


def saved_filters_file_beside(journal: Path) -> Path:
    """The ledger queries that have names: beside a journal of its own, as the ledger."""
    name = "filters.toml"
    return Path(_DIRS.user_config_path) / name if journal == journal_file() else journal.parent / name


def accounts_file() -> Path:
    """The accounts `billtop login` made, without their tokens."""
    return Path(_DIRS.user_config_path) / "accounts.toml"


def keymap_file() -> Path:
    """Other keys for commands, where the user wrote some down."""
    return Path(_DIRS.user_config_path) / "keymap.toml"


def tokens_directory() -> Path:
    """Tokens kept in files, one an account, where there is no keyring."""
    return data_directory() / "tokens"


def log_file() -> Path:
    """What went wrong, without values."""
    return Path(_DIRS.user_state_path) / "billtop.log"


def user_themes_directory() -> Path:
    """Where the user's own themes are read from."""
    return Path(_DIRS.user_config_path) / "themes"


def shipped_themes_directory() -> Path:
    """The themes that come with billtop: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"
