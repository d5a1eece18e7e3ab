"""`billtop pay` and `billtop checkouts`: a link shown, paid on the other side, and told here."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from tests.cli.conftest import Billtop, Result, finished
from tests.faults.forker import Command
from tui.sandbox.harness import RunningSandbox


class Payment:
    """A `billtop pay` that waits, and the session it made."""

    def __init__(self, process: Command) -> None:
        self.process = process
        self.told: list[str] = []
        for line in process.stderr:
            self.told.append(line.rstrip("\n"))
            if line.startswith("Waiting"):
                break
        assert process.poll() is None, self.told
        self.url = next(line for line in self.told if line.startswith("http"))
        self.session_id = self.url.partition("#")[0].rpartition("/")[2]

    def ends(self) -> Result:
        return finished(self.process)


@contextmanager
def paying(billtop: Billtop, *arguments: str) -> Iterator[Payment]:
    with billtop.start("pay", *arguments) as process:
        try:
            yield Payment(process)
        finally:
            process.kill()


def balance(billtop: Billtop) -> Decimal:
    return Decimal(billtop.run("balance", "--json").json["available"]["amount"])


def statuses(billtop: Billtop) -> dict[str, str]:
    items = billtop.run("checkouts", "--json").json["items"]
    return {each["session_id"]: each["status"] for each in items}


def test_paid(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = balance(billtop)
    with paying(billtop, "25", "--wait", "60", "--json") as payment:
        assert len(payment.url) == 433, "the whole link stands on one line"
        sandbox.pay(payment.session_id)
        ran = payment.ends()
    assert ran.code == 0
    assert list(ran.json) == ["session_id", "url", "status", "expires_at", "balance"]
    assert (ran.json["session_id"], ran.json["url"]) == (payment.session_id, payment.url)
    assert ran.json["status"] == "paid"
    assert Decimal(ran.json["balance"]["amount"]) == before + 25 == balance(billtop)
    told = "\n".join(payment.told)
    assert "$25.00 to the wallet" in told
    assert "SANDBOX" in told
    assert sandbox.origin.removeprefix("http://") in told
    assert sandbox.token not in told + ran.out + ran.err


def test_expired(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with paying(billtop, "25", "--wait", "60") as payment:
        sandbox.expire(payment.session_id)
        ran = payment.ends()
    assert ran.code == 7
    assert "Expired" in ran.out
    assert statuses(billtop) == {payment.session_id: "expired"}


def test_failed(billtop: Billtop, sandbox: RunningSandbox) -> None:
    body = {"data": None, "error": {"code": "payment_declined", "message": "Your card was declined."}}
    sandbox.fault("/wallet/confirm-checkout", status=402, body=body, times=None)
    with paying(billtop, "25", "--wait", "60", "--json") as payment:
        ran = payment.ends()
    assert (ran.code, ran.json["status"]) == (6, "failed")


def test_a_token_refused_while_waiting_says_nothing_about_the_payment(
    billtop: Billtop, sandbox: RunningSandbox
) -> None:
    sandbox.fault("/wallet/confirm-checkout", status=401, body={"message": "Unauthenticated."}, times=None)
    with paying(billtop, "25", "--json") as payment:
        ran = payment.ends()
    assert ran.code == 3
    assert (ran.json["error"]["kind"], ran.json["status"]) == ("not_authenticated", "pending")
    assert statuses(billtop) == {payment.session_id: "pending"}


def test_the_wait_ends_pending_and_is_resumed(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = balance(billtop)
    with paying(billtop, "30", "--wait", "1", "--json") as payment:
        ran = payment.ends()
    assert (ran.code, ran.json["status"]) == (7, "pending")
    listed = billtop.run("checkouts", "--json").json["items"]
    assert [each["session_id"] for each in listed] == [payment.session_id]
    fields = ["session_id", "purpose", "amount", "plan_id", "channel", "status", "url", "created_at", "expires_at"]
    assert list(listed[0]) == [*fields, "last_checked_at", "note"]
    assert listed[0]["amount"] == {"amount": "30.00", "unit": "USD"}
    assert listed[0]["last_checked_at"], "one last look is taken when the wait ends"

    sandbox.pay(payment.session_id)
    resumed = billtop.run("checkouts", "--resume", "--json")
    assert resumed.code == 0
    assert [each["status"] for each in resumed.json["items"]] == ["paid"]
    assert resumed.json["items"][0]["url"] is None, "a link that is done is forgotten"
    assert balance(billtop) == before + 30
    assert "No payment link is open" in billtop.run("checkouts", "--resume").out


def test_paid_during_the_last_seconds_of_the_wait(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with paying(billtop, "25", "--wait", "1") as payment:
        sandbox.pay(payment.session_id)
        ran = payment.ends()
    assert ran.code == 0
    assert re.match(r"Paid: \$25\.00 to the wallet at \d\d:\d\d:\d\d\. Balance \$", ran.out)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_wait_loses_nothing(billtop: Billtop, sandbox: RunningSandbox, number: signal.Signals) -> None:
    with paying(billtop, "25", "--json") as payment:
        payment.process.send_signal(number)
        ran = payment.ends()
    assert (ran.code, ran.json["status"]) == (7, "pending")
    assert statuses(billtop) == {payment.session_id: "pending"}


def test_killed_while_waiting(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = balance(billtop)
    with paying(billtop, "25") as payment:
        payment.process.kill()
        payment.process.wait()
    sandbox.pay(payment.session_id)
    resumed = billtop.run("checkouts", "--resume")
    assert resumed.code == 0
    assert "paid" in resumed.out
    assert balance(billtop) == before + 25


def test_resuming_tells_what_expired(billtop: Billtop, sandbox: RunningSandbox) -> None:
    made = [billtop.run("pay", "25", "--no-wait", "--json").json["session_id"] for _ in range(2)]
    sandbox.pay(made[0])
    sandbox.expire(made[1])
    ran = billtop.run("checkouts", "--resume", "--json")
    assert ran.code == 7
    assert statuses(billtop) == {made[0]: "paid", made[1]: "expired"}


def test_without_waiting(billtop: Billtop) -> None:
    ran = billtop.run("pay", "25", "--no-wait", "--json")
    assert (ran.code, ran.json["status"]) == (0, "pending")
    assert ran.json["url"] in ran.err.splitlines()
    made = ran.json["session_id"]
    aside = billtop.run("checkouts", "--set-aside", made[-8:], "--yes", "--json")
    assert (aside.code, aside.json["session_id"], aside.json["status"]) == (0, made, "set_aside")
    assert statuses(billtop) == {made: "set_aside"}, "set aside is not forgotten"


def test_subscribing_by_link(billtop: Billtop, sandbox: RunningSandbox) -> None:
    with paying(billtop, "--plan", "11", "--json") as payment:
        assert "Standard Enterprise" in payment.told[0]
        sandbox.pay(payment.session_id)
        ran = payment.ends()
    assert (ran.code, ran.json["status"]) == (0, "paid")
    bought = [each for each in billtop.run("subscriptions", "--json").json["items"] if each["plan_id"] == "11"]
    assert [each["status"] for each in bought] == ["active"]


def test_a_plan_at_another_price_is_refused(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = len(sandbox.checkouts())
    ran = billtop.run("pay", "25", "--plan", "11")
    assert ran.code == 2
    assert "Standard Enterprise costs $449.00 monthly, not $25.00" in ran.err
    assert billtop.run("pay", "--plan", "4711").code == 5
    assert len(sandbox.checkouts()) == before


def test_below_the_minimum(billtop: Billtop) -> None:
    ran = billtop.run("pay", "5")
    assert ran.code == 1
    assert "at least 10" in ran.err
    assert billtop.run("checkouts", "--json").json["items"] == []


def test_a_link_that_goes_elsewhere_is_not_shown(billtop: Billtop, sandbox: RunningSandbox) -> None:
    url = "https://checkout.stripe.com@evil.example/c/pay/cs_test_1"
    body = {"payment_url": url, "session_id": "cs_test_1", "purpose": "fund", "expires_at": "2030-01-01T00:00:00Z"}
    sandbox.fault("/billing/payment-link", status=200, body=body)
    ran = billtop.run("pay", "25")
    assert ran.code == 1
    assert "evil.example" not in ran.out + ran.err
    assert "Nothing was charged" in ran.err


def test_no_journal_no_link(billtop: Billtop) -> None:
    ran = billtop.run("pay", "25", "--json", XDG_DATA_HOME="/dev/null")
    assert ran.code == 1
    assert ran.json["error"]["kind"] == "journal"
    assert "http://" not in ran.err
