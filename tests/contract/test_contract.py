"""Whether what a provider answers still has the shapes billtop expects, as `billtop doctor --contract` tells."""

import asyncio
import json
from typing import Any

import httpx

from tests.contract.foreign import Foreign, client_for, example, json_answer
from tests.contract.olostep import Team, client_of
from tui.account.contract import Finding, Verdict, check_contract

SECRET = "hush-4242"


def by_path(found: list[Finding]) -> dict[str, Finding]:
    return {each.endpoint.removeprefix("GET "): each for each in found}


def answering(**answers: Any) -> Foreign:
    """A ModelsLab that has these answers, by the last part of their path, and 404 for all else."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = answers.get(request.url.path.rpartition("/")[2].replace("-", "_"))
        return httpx.Response(404 if body is None else 200, json=body, headers={"x-request-id": "req-7"})

    return Foreign(answer)


async def test_published_answers_keep_to_the_contract_and_only_reading_calls_are_made() -> None:
    published = {name: json.loads(example(f"wallet_{name}")) for name in ("balance", "transactions")}
    client, foreign = client_for(answering(**published, plans=json.loads(example("plans"))))
    found = by_path(await check_contract(client))
    for path in ("/wallet/balance", "/wallet/transactions", "/subscriptions/plans"):
        assert (found[path].verdict, found[path].detail) == (Verdict.OK, ""), path
    assert found["/billing/invoices"].verdict is Verdict.UNANSWERED
    assert found["/billing/invoices"].request_id == "req-7"
    assert {request.method for request in foreign.requests} == {"GET"}


async def test_a_renamed_field_is_named_and_nothing_of_the_content_is() -> None:
    row = {"id": SECRET, "amount": 5, "kind": SECRET, "status": SECRET, "created_at": SECRET, "source": SECRET}
    invoice = {"id": SECRET, "amount": SECRET, "status": SECRET, "created_at": SECRET}
    client, _ = client_for(
        answering(
            balance={"data": {"money": SECRET}},
            transactions={"data": {"items": [row, row], "total": 2}},
            invoices={"data": [invoice]},
            subscriptions={"data": {"normal": [{"id": SECRET, "status": SECRET, "ends_at": SECRET}]}},
            payment_methods={"data": []},
        )
    )
    found = by_path(await check_contract(client))
    assert found["/wallet/balance"].verdict is Verdict.UNKNOWN
    assert found["/wallet/transactions"].verdict is Verdict.MISSING
    assert found["/wallet/transactions"].detail == "transaction_id, type, usecase"
    assert found["/billing/invoices"].detail.endswith("invoice 1: amount has a value billtop does not understand.")
    assert "/subscriptions/{id}/status" in found
    assert "nothing in it" in found["/billing/payment-methods"].detail
    assert found["/wallet/balance"].request_id == "req-7"
    assert SECRET not in repr(found)


async def test_each_endpoint_is_told_once_with_what_is_inside_its_lots() -> None:
    team = Team()
    for lot in team.credits["breakdown"]:
        del lot["expiry_date"]
    (found,) = await check_contract(client_of(team))
    assert (found.endpoint, found.verdict, found.detail) == (
        "GET /user/credits/info",
        Verdict.MISSING,
        "expiry_date",
    )


async def test_accounts_looked_at_side_by_side_are_not_mixed_up() -> None:
    garbled, _ = client_for(json_answer("[]"))
    checked = await asyncio.gather(check_contract(garbled), check_contract(client_of(Team())))
    assert by_path(checked[0])["/wallet/balance"].verdict is Verdict.UNKNOWN
    assert [each.verdict for each in checked[1]] == [Verdict.OK]
