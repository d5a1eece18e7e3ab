"""Tokens, scopes, rate limits, idempotency keys and foreign host names."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from tui.sandbox.harness import RunningSandbox

LOGIN = {"email": "ada@lovelace-studio.example", "password": "sandbox"}


def new_card(api: httpx.Client, sandbox: RunningSandbox, number: str = "4242424242424242") -> str:
    key = api.get("/billing/stripe-config").json()["publishable_key"]
    form = {"type": "card", "card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2030"}
    response = httpx.post(
        f"{sandbox.stripe_url}/v1/payment_methods", data=form, auth=(key, ""), trust_env=False, verify=False
    )
    return str(response.json()["id"])


def test_without_a_token_the_answer_is_flat(api: httpx.Client) -> None:
    for header in ("", "Bearer none", "Basic abc"):
        response = api.get("/wallet/balance", headers={"Authorization": header})
        assert response.status_code == 401
        assert response.json() == {"message": "Unauthenticated."}
        assert "x-ratelimit-remaining" in response.headers


def test_a_narrow_token_is_told_which_scope_it_lacks(api: httpx.Client) -> None:
    narrow = api.post("/auth/login", json={**LOGIN, "scopes": ["billing:read"]}).json()["data"]
    assert narrow["scopes"] == ["billing:read"]
    headers = {"Authorization": f"Bearer {narrow['access_token']}"}
    assert api.get("/billing/invoices", headers=headers).status_code == 200
    refused = api.get("/wallet/balance", headers=headers)
    assert refused.status_code == 403
    error = refused.json()["error"]
    assert error["code"] == "insufficient_scope"
    assert error["details"] == {"required_scope": "wallet:read", "granted_scopes": ["billing:read"]}
    challenge = 'Bearer realm="modelslab", error="insufficient_scope", scope="wallet:read"'
    assert refused.headers["www-authenticate"] == challenge


def test_a_token_expires(api: httpx.Client, sandbox: RunningSandbox) -> None:
    token = api.post("/auth/login", json={**LOGIN, "token_expiry": "1_week"}).json()["data"]
    assert token["expires_at"].startswith("2026-11-27T12:00:")
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert api.get("/wallet/balance", headers=headers).status_code == 200
    sandbox.advance_clock(8 * 86_400)
    assert api.get("/wallet/balance", headers=headers).status_code == 401
    assert api.get("/wallet/balance").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "code", "details"),
    [
        ({"password": "wrong"}, 401, "invalid_credentials", []),
        ({"email": "new@lovelace-studio.example"}, 403, "email_not_verified", {"verification_required": True}),
        ({"password": None}, 422, "validation_error", None),
        ({"scopes": ["wallet:steal"]}, 422, "validation_error", {"scopes": ["Unknown scope: wallet:steal."]}),
    ],
)
def test_a_login_that_fails(api: httpx.Client, change: dict[str, Any], status: int, code: str, details: Any) -> None:
    response = api.post("/auth/login", json={**LOGIN, **change})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    if details is not None:
        assert response.json()["error"]["details"] == details


def test_the_billing_limit_refuses_the_sixteenth_call_and_opens_again(
    api: httpx.Client, sandbox: RunningSandbox
) -> None:
    answers = [api.post("/billing/setup-intent") for _ in range(16)]
    assert [answer.status_code for answer in answers] == [200] * 15 + [429]
    assert [int(answer.headers["x-ratelimit-remaining"]) for answer in answers] == [*range(14, -1, -1), 0]
    refused = answers[-1]
    assert refused.json()["error"]["message"] == "Too Many Attempts."
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 60
    assert api.get("/wallet/balance").status_code == 200
    sandbox.advance_clock(wait)
    assert api.post("/billing/setup-intent").status_code == 200


def test_the_general_and_login_limits(api: httpx.Client) -> None:
    assert [api.get("/wallet/balance").status_code for _ in range(121)].count(429) == 1
    wrong = {**LOGIN, "password": "wrong"}
    assert [api.post("/auth/login", json=wrong).status_code for _ in range(21)].count(429) == 1


def test_limits_can_be_switched_off(api: httpx.Client, sandbox: RunningSandbox) -> None:
    sandbox.settings(rate_limits=False)
    assert {api.post("/billing/setup-intent").status_code for _ in range(20)} == {200}


def test_a_replay_gives_the_first_answer_and_charges_once(api: httpx.Client, sandbox: RunningSandbox) -> None:
    body = {"amount": 25, "payment_method_id": new_card(api, sandbox)}
    headers = {"Idempotency-Key": "fund-25"}
    first = api.post("/wallet/fund", json=body, headers=headers)
    again = api.post("/wallet/fund", json=body, headers=headers)
    assert again.status_code == 200
    assert again.json()["meta"].pop("idempotency_replay") is True
    assert again.json()["data"] == first.json()["data"]
    assert "idempotency_replay" not in first.json()["meta"]
    (charge,) = sandbox.charges()
    assert charge["idempotency_key"] == "fund-25"
    assert charge["path"].endswith("/wallet/fund")
    sandbox.advance_clock(24 * 3600)
    api.post("/wallet/fund", json=body, headers=headers)
    assert len(sandbox.charges()) == 2


def test_a_bare_answer_is_marked_at_the_top(api: httpx.Client) -> None:
    body = {"purpose": "fund", "amount": 25}
    links = [api.post("/billing/payment-link", json=body, headers={"Idempotency-Key": "l"}).json() for _ in range(2)]
    assert links[1] == {**links[0], "idempotency_replay": True}


def test_a_decline_is_kept_and_refused_input_is_not(api: httpx.Client, sandbox: RunningSandbox) -> None:
    headers = {"Idempotency-Key": "k"}
    assert api.post("/wallet/fund", json={"amount": 1}, headers=headers).status_code == 422
    body = {"amount": 25, "payment_method_id": new_card(api, sandbox, "4000000000000002")}
    answers = [api.post("/wallet/fund", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [402, 402]
    assert answers[0].json()["error"] == answers[1].json()["error"]
    assert answers[1].json()["meta"]["idempotency_replay"] is True


def test_a_key_belongs_to_one_request_byte_for_byte(api: httpx.Client, sandbox: RunningSandbox) -> None:
    card = new_card(api, sandbox)
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    bodies = (f'{{"amount":25,"payment_method_id":"{card}"}}', f'{{"amount": 25, "payment_method_id": "{card}"}}')
    answers = [api.post("/wallet/fund", content=body, headers=headers) for body in bodies]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert answers[1].json()["error"]["code"] == "idempotency_key_reused"
    assert api.post("/subscriptions", content=bodies[0], headers=headers).status_code == 422
    assert len(sandbox.charges()) == 1


def test_the_same_key_meets_409_while_the_first_call_runs(api: httpx.Client, sandbox: RunningSandbox) -> None:
    body = {"amount": 25, "payment_method_id": new_card(api, sandbox)}
    headers = {"Idempotency-Key": "slow"}
    sandbox.fault("/wallet/fund", delay_ms=60_000)
    first: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: first.append(api.post("/wallet/fund", json=body, headers=headers)))
    thread.start()
    while not sandbox.control("GET", "/faults")["faults"][0]["struck"]:
        pass
    second = api.post("/wallet/fund", json=body, headers=headers)
    sandbox.clear_faults()
    thread.join()
    assert (second.status_code, second.json()["error"]["code"]) == (409, "idempotency_in_progress")
    assert first[0].status_code == 200
    assert api.post("/wallet/fund", json=body, headers=headers).json()["meta"]["idempotency_replay"] is True
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a b"])
def test_an_unusable_key_is_refused(api: httpx.Client, key: str) -> None:
    answer = api.post("/billing/setup-intent", headers={"Idempotency-Key": key})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/_sandbox/charges", "/modelslab/api/agents/v1/wallet/balance", "/openapi.json"])
@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.rebound.example", "rebound.example:{port}", ""])
def test_a_foreign_host_name_is_refused(web: httpx.Client, path: str, host: str) -> None:
    named = {"Host": host.format(port=web.base_url.port)}
    assert web.get(path, headers=named).status_code == 403


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://rebound.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://localhost:{port}.rebound.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "cross-site"},
    {"Host": "127.0.0.1:1"},
    {"Host": "localhost"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Host": "localhost:{port}"},
    {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost:{port}"},
    {"Sec-Fetch-Site": "none"},
]


def test_a_page_of_another_origin_turns_nothing(web: httpx.Client, sandbox: RunningSandbox) -> None:
    def answer(headers: dict[str, str]) -> int:
        said = {name: value.format(port=web.base_url.port) for name, value in headers.items()}
        return web.post("/_sandbox/latency", json={"ms": 0}, headers=said).status_code

    assert [answer(headers) for headers in FOREIGN] == [403] * len(FOREIGN)
    assert [answer(headers) for headers in OWN] == [200] * len(OWN)


def test_a_path_that_does_not_exist(api: httpx.Client) -> None:
    missing = api.get("/wallet/nothing")
    assert (missing.status_code, missing.json()) == (404, {"message": "Not Found"})
    wrong = api.delete("/subscriptions")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
