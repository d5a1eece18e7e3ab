"""Keyrings that behave as some do, for PYTHON_KEYRING_BACKEND in processes of their own."""

import json
import os
from pathlib import Path
from threading import Event

from keyring.backend import KeyringBackend
from keyring.errors import InitError


class Working(KeyringBackend):
    """Keeps passwords for as long as the folder lives."""

    priority = 1
    _file = Path(os.environ.get("TEST_KEYRING", "/nonexistent"))

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        self._file.write_text(json.dumps({key: v for key, v in self._all().items() if key != f"{service}/{username}"}))

    def _all(self) -> dict[str, str]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}


class Hanging(Working):
    """Waits for somebody to type a password on a screen nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        Event().wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        Event().wait()


class Late(Working):
    """Is unlocked by somebody, but not in time."""

    def set_password(self, service: str, username: str, password: str) -> None:
        Event().wait(4)
        super().set_password(service, username, password)


class Dismissed(Working):
    """Its prompt was closed."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise InitError(f"Prompt dismissed \x1b[2J for Bearer {password}")

    def get_password(self, service: str, username: str) -> str | None:
        raise InitError("Prompt dismissed")


class PlaintextKeyring(Working):
    """As in keyrings.alt."""
