"""A foreign server for the ModelsLab client: httpx's own test double with answers by path, and a record of requests."""

from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from tests.conftest import NOW, FixedClock
from tui.domain import AccountRef, CheckoutSession, LinkRequest, Mode, Purpose, SafeText
from tui.providers.modelslab.client import ModelsLabClient
from tui.providers.transport import Transport

BASE = "https://modelslab.com/api/agents/v1"
EXAMPLES = Path(__file__).parent / "examples"
ACCOUNT = AccountRef(SafeText("test"), "modelslab", "ModelsLab", BASE, Mode.LIVE, "0123456789abcdef")

Handler = Callable[[httpx.Request], httpx.Response]


class Foreign:
    """Answers every request with what `answer` says, and keeps the requests."""

    def __init__(self, answer: Handler) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


def example(name: str) -> bytes:
    """The bytes of a published answer."""
    return (EXAMPLES / f"{name}.json").read_bytes()


def json_answer(body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    """Always answer with this JSON text."""
    content = body.encode() if isinstance(body, str) else body
    sent = {"content-type": "application/json", **(headers or {})}
    return lambda request: httpx.Response(status, content=content, headers=sent)


def client_for(answer: Handler, clock: FixedClock | None = None) -> tuple[ModelsLabClient, Foreign]:
    """A client whose network is `answer`; it waits for nothing between attempts."""
    foreign = Foreign(answer)

    async def no_wait(_: float) -> None:
        return None

    transport = Transport(
        BASE,
        headers={"Authorization": "Bearer tok-secret", "User-Agent": "billtop/test"},
        clock=clock or FixedClock(),
        http=httpx.MockTransport(foreign),
        sleep=no_wait,
    )
    return ModelsLabClient(ACCOUNT, transport), foreign


def client_reading(body: bytes | str, status: int = 200) -> ModelsLabClient:
    """A client that gets this JSON text for whatever it asks."""
    return client_for(json_answer(body, status))[0]


def checkout(session_id: str, purpose: Purpose = Purpose.FUND) -> CheckoutSession:
    """Our own record of a payment link, as far as asking about it needs one."""
    return CheckoutSession(session_id, ACCOUNT.fingerprint, BASE, LinkRequest(purpose), None, NOW, None)
