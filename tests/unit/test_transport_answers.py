"""What a server answers becomes data or one typed error, and its headers are understood."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.contract.raw_server import answer, raw_server
from tests.contract.sending import failure, status, transport_to
from tui.providers.errors import (
    BillingError,
    Declined,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    ProtocolError,
    RateLimited,
    ServerTrouble,
)
from tui.providers.transport.documents import OUT_OF_RANGE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": NaN}', "a number without a value"),
        (b'{"a": -Infinity}', "a number without a value"),
        (b'{"a": 1, "a": 2}', "the same field twice"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ("\ufeff{}".encode(), "not proper JSON"),
        ("{}".encode("utf-16"), "not"),
        (b"[" * 65 + b'"[{\\"]"' + b"]" * 65, "nested too deep"),
        (b'{"a":' * 1500 + b"1" + b"}" * 1500, "nested too deep"),
        (b"[" + b"1," * 150_000 + b"1]", "more values than billtop reads"),
        (b"[" + b"[]," * 90_000 + b"1]", "more values than billtop reads"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a": 1', "not proper JSON"),
    ],
)
async def test_unreadable_json(body: bytes, reason: str) -> None:
    trouble = await failure(answer(body))
    assert isinstance(trouble, ProtocolError)
    assert reason in str(trouble)
    assert trouble.maybe_executed


@pytest.mark.parametrize(
    ("media_type", "reason"), [("text/html; charset=utf-8", "a web page"), ("text/plain", "text/plain instead of JSON")]
)
async def test_what_is_not_json_is_said_not_shown(media_type: str, reason: str) -> None:
    trouble = await failure(answer(b"<h1>hello</h1>", f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n"))
    assert isinstance(trouble, ProtocolError)
    assert reason in str(trouble)
    assert "hello" not in str(trouble)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, Invalid), (401, NotAuthenticated), (402, Declined), (403, NotAllowed), (404, NotFound), (409, Invalid),
        (422, Invalid), (429, RateLimited), (500, ServerTrouble), (502, ServerTrouble), (503, ServerTrouble),
        (302, ServerTrouble),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (
            b'{"data": null, "error": {"code": "c", "message": "Why.", "details": []}, "meta": {"request_id": "r"}}',
            "json",
        ),
        (b'{"message": "Why."}', "json"),
        (b'{"error": "Why."}', "json"),
        (b'{"error": {"details": null}}', "json"),
        (b'["Why."]', "json"),
        (b"<html>Why.</html>", "html"),
        (b"", "json"),
    ],
)
async def test_each_status_is_its_own_error(code: int, kind: type[BillingError], body: bytes, media_type: str) -> None:
    trouble = await failure(answer(body, f"HTTP/1.1 {code} X\r\nContent-Type: application/{media_type}\r\n"))
    assert type(trouble) is kind
    assert trouble.status == code
    assert str(trouble)
    assert "<" not in str(trouble)
    if b'"Why."' in body and b'["' not in body and code != 302:
        assert "Why." in str(trouble)
    if b"request_id" in body:
        assert (trouble.request_id, trouble.code) == ("r", "c")


async def test_an_error_under_a_success_status_is_an_error() -> None:
    trouble = await failure(
        answer(b'{"data": {"balance": 1}, "error": {"code": "payment_declined", "message": "No."}}')
    )
    assert type(trouble) is Declined
    unknown = await failure(answer(b'{"error": "Odd."}'))
    assert unknown.maybe_executed


async def test_details_are_read_in_every_shape_and_without_secrets() -> None:
    body = (
        b'{"error": {"code": "c", "message": "m", "details": {"decline_code": "x", "retry": true, "count": 3,'
        b' "client_secret": "pi_secret_1", "amount": ["Too small.", 7, null]}}}'
    )
    trouble = await failure(status(422, body))
    assert trouble.details == {"decline_code": "x", "retry": "yes", "count": "3"}
    assert trouble.fields == {"amount": ("Too small.", "7")}
    laravel = await failure(status(422, b'{"message": "Bad.", "errors": {"amount": ["Too small."]}}'))
    assert laravel.fields == {"amount": ("Too small.",)}


async def test_a_redirect_is_named_by_its_host_only() -> None:
    trouble = await failure(status(307, extra="Location: https://evil.example/take?token=1\r\n"))
    assert "evil.example" in str(trouble)
    assert "token" not in str(trouble)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7), ("120.5", 120.5), ("-5", 0), ("999999999999", 3600), ("soon", None), ("NaN", None),
        ("1e999999", None),
        ("Fri, 20 Nov 2026 18:24:35 GMT", 30), ("Fri, 20 Nov 2020 18:24:35 GMT", 0), ("Fri, 99 Nov 2026", None),
        ("", None),
    ],
)  # fmt: skip
async def test_retry_after_in_every_form(header: str, seconds: float | None) -> None:
    trouble = await failure(status(429, extra=f"Retry-After: {header}\r\n"))
    assert trouble.retry_after == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_retry_date_counts_from_the_servers_time() -> None:
    date = "Date: Fri, 20 Nov 2026 18:30:00 GMT\r\nRetry-After: Fri, 20 Nov 2026 18:30:10 GMT\r\n"
    assert (await failure(status(429, extra=date))).retry_after == timedelta(seconds=10)


async def test_without_retry_after_the_reset_of_the_limit_counts() -> None:
    reset = int(NOW.timestamp()) + 42
    extra = f"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: {reset}\r\n"
    assert (await failure(status(429, extra=extra))).retry_after == timedelta(seconds=42)


async def test_the_servers_clock_is_compared_with_ours() -> None:
    script = status(200, extra="Date: Fri, 20 Nov 2026 18:24:15 GMT\r\n")
    undated = status(200, extra="Date: rubbish\r\n")
    async with raw_server(script, undated) as server, transport_to(server.url) as transport:
        assert transport.server_offset == timedelta(0)
        for _ in range(2):
            await transport.request("GET", "/x")
            assert transport.server_offset == timedelta(seconds=10)


@pytest.mark.parametrize("number", ["1e9999999", "-1E+9999999", "1e-9999999", "0e9999999", "1e99999999999999999999"])
async def test_a_number_out_of_range_spoils_its_own_field_alone(number: str) -> None:
    body = f'{{"far": {number}, "long": {"9" * 5000}, "deep": {"[" * 60}1{"]" * 60}, "said": "[{{\\"", "near": 1.50}}'
    async with raw_server(answer(body.encode())) as server, transport_to(server.url) as transport:
        told = (await transport.request("GET", "/x")).json
    assert isinstance(told, dict)
    assert (told["far"], told["long"]) == (OUT_OF_RANGE, OUT_OF_RANGE)
    assert (told["said"], told["near"]) == ('[{"', Decimal("1.50"))


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 1900 00:00:00 +2359",
        "Fri, 20 Nov 2026 18:24:05 GMT" + "," * 50_000,
        "Fri, 20 Nov " + "9" * 5000 + " 18:24:05 GMT",
    ],
)
async def test_a_date_out_of_range_is_none(date: str) -> None:
    head = f"HTTP/1.1 429 X\r\nContent-Type: application/json\r\nDate: {date}\r\nRetry-After: {date}\r\n"
    async with raw_server(answer(b"{}", head)) as server, transport_to(server.url) as transport:
        reply = await transport.exchange("POST", "/x", body=b"{}")
        assert transport.server_offset == timedelta(0)
    assert reply.retry_after is None


@pytest.mark.parametrize("number", ["1e9999999", "-1e9999999", "9" * 30, "9" * 5000, "1e-9999999", "Infinity"])
async def test_numbers_in_headers_are_bounded(number: str) -> None:
    head = f"HTTP/1.1 429 X\r\nX-RateLimit-Remaining: 1\r\nX-RateLimit-Reset: {number}\r\nRetry-After: {number}\r\n"
    async with raw_server(answer(b"", head)) as server, transport_to(server.url) as transport:
        reply = await transport.exchange("POST", "/x")
    assert reply.retry_after is None or timedelta(0) <= reply.retry_after <= timedelta(hours=1)
