"""Connections that fail: what httpx raises, in words and as the right kind of error.

httpx gives refused connections, unknown names and TLS failures one class, ConnectError, sometimes without any text:
the reason is in the exceptions behind it.
"""

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from tui.domain import SafeText
from tui.providers import errors
from tui.providers.errors import BillingError
from tui.providers.transport.reply import BROKEN_COMPRESSION, unreadable_answer

_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})


def explain(failure: Exception, host: str) -> BillingError:
    """Return the error for an exception raised while calling `host`; its text is never quoted, it may hold a secret."""
    match failure:
        case httpx.ConnectTimeout():
            return errors.NotSent(SafeText(f"{host} did not accept the connection in time."))
        case httpx.PoolTimeout():
            return errors.NotSent(SafeText(f"Too many requests to {host} are waiting already."))
        case httpx.ConnectError():
            return _not_connected(failure, host)
        case httpx.ProxyError():
            return errors.NotSent(
                SafeText(f"The proxy on the way to {host} refused."),
                hint=SafeText("Check HTTPS_PROXY and HTTP_PROXY, or unset them."),
            )
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError() | httpx.InvalidURL() | ValueError():
            return errors.NotSent(SafeText(f"The request to {host} could not be put together."))
        case httpx.TimeoutException() | TimeoutError():
            return errors.DeadlineExceeded(SafeText(f"{host} did not answer in time."))
        case httpx.DecodingError():
            return errors.ProtocolError(unreadable_answer(host, BROKEN_COMPRESSION))
        case httpx.RemoteProtocolError() if _ended_early(failure):
            return errors.NetworkTrouble(SafeText(f"{host} closed the connection before a whole answer had come."))
        case httpx.RemoteProtocolError():
            return errors.NetworkTrouble(SafeText(f"What came over the connection to {host} is not proper HTTP."))
        case _:
            reset = any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in _causes(failure))
            return errors.NetworkTrouble(SafeText(f"The connection to {host} was {'reset' if reset else 'cut'}."))


def _not_connected(failure: Exception, host: str) -> errors.NotSent:
    """Say why no connection came about."""
    for cause in _causes(failure):
        match cause:
            case ssl.SSLCertVerificationError():
                reason = SafeText(cause.verify_message or "it could not be verified").rstrip(".")
                return errors.NotTrusted(SafeText(f"The certificate of {host} is not accepted: {reason}."))
            case ssl.SSLError():
                return errors.NotTrusted(SafeText(f"No secure connection to {host}: its TLS does not work with ours."))
            case socket.gaierror():
                return errors.NotSent(SafeText(f"The name {host} cannot be found."))
            case ConnectionRefusedError():
                return errors.NotSent(SafeText(f"{host} refused the connection."))
            case OSError() if cause.errno in _UNREACHABLE:
                return errors.NotSent(SafeText(f"{host} cannot be reached from this network."))
            case _:
                continue
    return errors.NotSent(SafeText(f"No connection to {host} came about."))


def _ended_early(failure: Exception) -> bool:
    """Whether the answer broke off, as opposed to being garbled; only the words of httpcore and h11 tell them apart."""
    text = str(failure)
    return "disconnected" in text or "peer closed" in text


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield everything behind an exception, nearest first, members of groups too."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [failure]
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend((current.__cause__, current.__context__))
