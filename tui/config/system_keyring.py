"""Tokens in the system's keyring, through the package `keyring` (the extra of that name).

Keyrings block, break and pretend: a locked one may wait for ever for a person elsewhere, one without a desktop raises
whatever its library raises, and a null one accepts everything and keeps nothing. So each call runs in a thread with a
limit, every exception is caught, what was written is read back, and backends that keep no secret are refused.
"""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from tui.config.unavailable import SecretUnavailable
from tui.domain import SafeText
from tui.domain.redaction import redact

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "billtop"
"""The service all entries are filed under; the user name of an entry is the account's id."""
SECONDS = 3.0
"""How long the keyring may take: one that asks a person elsewhere would never end."""

_REFUSED = {
    "keyring.backends.fail": "no keyring is running on this machine",
    "keyring.backends.null": "the null backend keeps nothing",
    "keyrings.alt": "the backends of keyrings.alt keep plain text or ask for a password of their own",
}
"""Modules whose backends are no place for a secret, and why."""

T = TypeVar("T")


def store(user: str, token: str) -> str:
    """Keep the token, read it back, and return where it is, in words. Raises SecretUnavailable."""

    def work() -> str:
        backend = _backend()
        backend.set_password(SERVICE, user, token)
        if backend.get_password(SERVICE, user) != token:
            raise SecretUnavailable(f"{_name(backend)} did not keep the token.")
        return f"in the keyring ({_name(backend)})"

    # Somebody unlocked it after all: by then the person was told that it is not kept there.
    return _limited(work, too_late=lambda: _backend().delete_password(SERVICE, user))


def load(user: str) -> str:
    """Read the token. Raises SecretUnavailable."""
    token = _limited(lambda: _backend().get_password(SERVICE, user))
    if token is None:
        raise SecretUnavailable("The keyring has no token for this account any more. Log in again: billtop login")
    return token


def remove(user: str) -> None:
    """Remove the token if it is there. Raises SecretUnavailable."""

    def work() -> None:
        backend = _backend()
        if backend.get_password(SERVICE, user) is not None:
            backend.delete_password(SERVICE, user)

    _limited(work)


def usable_backend() -> str:
    """Name the backend that would keep tokens. Raises SecretUnavailable."""
    return _limited(lambda: _name(_backend()))


def _backend() -> "KeyringBackend":
    """The backend this machine prefers among those that keep secrets. Raises SecretUnavailable."""
    if find_spec("keyring") is None:
        raise SecretUnavailable(
            "The package for keyrings is not installed (python3 -m pip install 'billtop[keyring]')."
        )
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    # A chain writes to its first backend that agrees, which may be one that keeps plain text.
    candidates: list[KeyringBackend] = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    reasons = [_refusal(backend) for backend in candidates]
    for backend, reason in zip(candidates, reasons, strict=True):
        if reason is None:
            return backend
    why = next((reason for reason in reasons if reason), "no keyring is running on this machine")
    raise SecretUnavailable(f"There is no keyring to use: {why}.")


def _refusal(backend: "KeyringBackend") -> str | None:
    kind = type(backend)
    for module, reason in _REFUSED.items():
        if kind.__module__ == module or kind.__module__.startswith(f"{module}."):
            return reason
    return "its backend keeps plain text" if "plaintext" in kind.__qualname__.lower() else None


def _name(backend: "KeyringBackend") -> str:
    return SafeText(backend.name)


def _limited(work: Callable[[], T], *, too_late: Callable[[], object] = lambda: None) -> T:
    """Do `work` within 3 s; what it does after that is taken back by `too_late`. Raises SecretUnavailable."""
    outcome: Future[T] = Future()

    def body() -> None:
        try:
            result = work()
        except Exception as error:
            with suppress(InvalidStateError):
                outcome.set_exception(error)
            return
        try:
            outcome.set_result(result)
        except InvalidStateError:
            with suppress(Exception):
                too_late()

    # A daemon: a keyring that never answers must not keep the process from ending.
    Thread(target=body, name="keyring", daemon=True).start()
    try:
        return outcome.result(SECONDS)
    except SecretUnavailable:
        raise
    except TimeoutError:
        if not outcome.cancel() and outcome.exception() is None:
            return outcome.result()  # it came in this very moment
        raise SecretUnavailable(
            f"The keyring did not answer within {SECONDS:.0f} s. If it asks to be unlocked, unlock it and try again."
        ) from None
    except Exception as error:
        # Backends raise what their libraries raise; the text may be anything.
        reason = SafeText(redact(str(error)))[:200] or type(error).__name__
        raise SecretUnavailable(f"The keyring cannot be used: {reason}") from None
