"""The transport: sends one request and brings back what can be known about it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode

import httpx

from tui.domain import Clock, SafeText
from tui.providers.errors import BillingError, DeadlineExceeded, NotSent, ProtocolError
from tui.providers.recorder import current_recorder
from tui.providers.transport.body import read_body
from tui.providers.transport.documents import Json, Unreadable, parse_json
from tui.providers.transport.failures import explain
from tui.providers.transport.headers import clamped, http_date, read_cookies, read_limit_reset, read_retry_after
from tui.providers.transport.http_client import build_pools
from tui.providers.transport.refusals import raise_for_refusal
from tui.providers.transport.reply import Reply
from tui.providers.transport.retry import wait_before_retry

Sleep = Callable[[float], Awaitable[None]]

_ACCEPT = {"Accept": "application/json", "Accept-Encoding": "gzip"}


class Transport:
    """HTTP to one base URL, with the headers of one account.

    A call ends within its deadline (seconds, `total_deadline` unless told otherwise), however slowly bytes arrive, and
    reads at most `max_body` bytes after decompression. GETs are repeated when the trouble may pass; anything else is
    sent once. Redirects are errors. `http`, `sleep` and `jitter` are for tests.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        clock: Clock,
        total_deadline: float = 30.0,
        max_body: int = 5_000_000,
        http: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._host = httpx.URL(base_url).host
        self._reads, self._writes = build_pools(base_url, {**_ACCEPT, **headers}, http)
        self._clock = clock
        self._deadline = total_deadline
        self._max_body = max_body
        self._sleep = sleep
        self._jitter = jitter
        self._offset = timedelta(0)

    @property
    def server_offset(self) -> timedelta:
        """How far the server's clock is ahead of ours, from its last answer; zero before the first."""
        return self._offset

    async def aclose(self) -> None:
        """Close all connections."""
        await self._reads.aclose()
        await self._writes.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """Call `path` below the base URL and return a success; raises BillingError for everything else."""
        reply = await self.exchange(method, path, query=query, body=body, headers=headers, deadline=deadline)
        raise_for_refusal(reply)
        return reply

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """Call `path` and return whatever came back, refusals too.

        Raises NetworkTrouble when nothing did, ProtocolError when the answer is too large or its encoding broken.
        """
        recorder = current_recorder()
        if recorder is not None:
            recorder.called(method, path)
        request = self._request(method, path, query, body, headers or {})
        seconds = self._deadline if deadline is None else deadline
        try:
            async with asyncio.timeout(seconds):
                reply = await self._repeat(request, seconds)
        except TimeoutError:
            raise DeadlineExceeded(SafeText(f"{self._host} did not answer within {seconds:g} s.")) from None
        if recorder is not None:
            recorder.answered(reply.status, reply.request_id)
        return reply

    def _request(
        self, method: str, path: str, query: Mapping[str, str] | None, body: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Request:
        """Put a request together; raises NotSent for what HTTP cannot carry, and once the connections are closed."""
        if self._reads.is_closed:
            raise NotSent(SafeText(f"The connection to {self._host} has been closed."))
        content = {"Content-Type": "application/json"} if body is not None else {}
        # As one text: httpx parses the address once more to add parameters.
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        try:
            # Either client puts it together alike.
            return self._reads.build_request(
                method, f"{self._base_url}{path}{asked}", content=body, headers={**content, **headers}
            )
        except (ValueError, httpx.InvalidURL) as failure:
            raise explain(failure, self._host) from None

    async def _repeat(self, request: httpx.Request, seconds: float) -> Reply:
        """Send `request`, reads again while that may help and the deadline leaves room for the wait."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        attempt = 0
        while True:
            outcome = await self._attempt(request)
            wait = wait_before_retry(outcome, attempt, self._jitter()) if request.method == "GET" else None
            if wait is None or wait >= ends - loop.time():
                break
            await self._sleep(wait)
            attempt += 1
        if isinstance(outcome, Reply):
            return outcome
        try:
            raise outcome
        finally:
            del outcome  # an error and the frame it was raised in would keep each other until the collector comes by

    async def _attempt(self, request: httpx.Request) -> Reply | BillingError:
        response: httpx.Response | None = None
        try:
            client = self._reads if request.method == "GET" else self._writes
            response = await client.send(request, stream=True)
            return self._read(response, await read_body(response, self._host, self._max_body))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as failure:
            # A deadline of ours arrives as CancelledError and passes; TimeoutError here is the socket's.
            return explain(failure, self._host)
        except ProtocolError as unreadable:
            return unreadable.to_keep()
        finally:
            if response is not None:
                await response.aclose()

    def _read(self, response: httpx.Response, body: bytearray) -> Reply:
        """Make a reply of what arrived, and note the server's time."""
        document, unreadable = _document(response.headers.get("content-type", ""), body)
        date = http_date(response.headers.get("date", ""))
        now = self._clock.now()
        if date is not None:
            self._offset = date - now
        wait = read_retry_after(response.headers, date or now)
        if wait is None and response.status_code == 429 and (reset_at := read_limit_reset(response.headers)):
            wait = clamped(reset_at - (date or now))
        return Reply(
            host=self._host,
            status=response.status_code,
            json=document,
            unreadable=unreadable,
            request_id=_request_id(document, response.headers),
            retry_after=wait,
            cookies=read_cookies(response.headers.get_list("set-cookie")),
            redirect_host=_redirect_host(response) if 300 <= response.status_code < 400 else None,
        )


def _document(content_type: str, body: bytearray) -> tuple[Json, str | None]:
    """Parse a body; the second part says why it could not be."""
    if not body or body.isspace():
        return None, None
    media_type = content_type.partition(";")[0].strip().lower()
    if "html" in media_type:
        return None, "a web page came instead of data"
    if media_type and "json" not in media_type:
        return None, f"it is {SafeText(media_type)[:60]} instead of JSON"
    try:
        return parse_json(body), None
    except Unreadable as problem:
        return None, str(problem)


def _request_id(document: Json, headers: Mapping[str, str]) -> SafeText | None:
    meta = document.get("meta") if isinstance(document, dict) else None
    told = meta.get("request_id") if isinstance(meta, dict) else None
    if not isinstance(told, str | int):
        # Stripe's header has no X- (docs.stripe.com/api/request_ids).
        # AWS's gateway in front of an API has a name of its own (docs.aws.amazon.com, API Gateway).
        told = headers.get("x-request-id") or headers.get("request-id") or headers.get("x-amzn-requestid", "")
    return SafeText(told) or None


def _redirect_host(response: httpx.Response) -> SafeText | None:
    location = response.headers.get("location")
    if not location:
        return None
    try:
        target = response.request.url.join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    return SafeText(target.host) or None
