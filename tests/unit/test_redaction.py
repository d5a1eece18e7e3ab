"""No secret survives redaction, whatever stands around it; ordinary text does."""

import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import redaction
from tui.domain.redaction import HIDDEN, hide, redact

WORD = st.text(string.ascii_letters + string.digits, min_size=16, max_size=60)
AROUND = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=15)


@pytest.fixture(scope="module", autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What this module hides must not be hidden in other tests."""
    before = set(redaction._known)
    yield
    redaction._known.clear()
    redaction._known.update(before)


def card(digits: list[int]) -> str:
    """`digits` and the check digit that makes them a card number."""
    total = sum(sum(divmod(digit * 2, 10)) if place % 2 == 0 else digit for place, digit in enumerate(digits[::-1]))
    return "".join(map(str, [*digits, -total % 10]))


@given(
    before=AROUND,
    after=AROUND,
    digits=st.lists(st.integers(0, 9), min_size=11, max_size=18),
    gap=st.sampled_from(["", " ", "-"]),
)
def test_card_numbers(before: str, after: str, digits: list[int], gap: str) -> None:
    number = card(digits)
    written = gap.join(number[start : start + 4] for start in range(0, len(number), 4))
    shown = redact(f"{before}~{written}~{after}")
    assert written not in shown
    assert number not in shown


@given(secret=WORD, before=AROUND, after=AROUND)
@pytest.mark.parametrize(
    "form",
    [
        "Authorization: Bearer {}",
        "authorization: bearer {}",
        "b'Bearer {}'",
        "sk_live_{}",
        "rk_test_{}",
        "pk_live_{}",
        "whsec_{}",
        "seti_1Abc_secret_{}",
        "cs_live_{}",
        "https://checkout.stripe.com/c/pay/cs_test_{}#fid",
        "https://api.example.com/coupon?code={}",
        "https://pay.example.com/i#{}",
        "https://me:{}@example.com/",
        "41|{}",
    ],
)
def test_credentials_by_their_form(form: str, secret: str, before: str, after: str) -> None:
    shown = redact(f"{before} {form.format(secret)} {after}")
    assert secret not in shown


@given(secret=st.text(string.printable.strip(), min_size=8), before=AROUND, after=AROUND)
def test_a_known_secret_goes_wherever_it_stands(secret: str, before: str, after: str) -> None:
    hide(secret)
    assert secret not in redact(f"{before}{secret}{after}").replace(HIDDEN, "")


@pytest.mark.parametrize(
    "text",
    [
        "GET https://modelslab.com/api/agents/v1/wallet/balance 200",
        "Invoice ML-2026-0042 of 2026-11-20 18:24:05, $1,234.50, card ···· 4242",
        "The plan Basic costs 249 USD",
        "request id 7f0c2d9e",
        "order 5555 5555 5555 4443",
        "docs_page_one",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_an_address_keeps_its_host_and_path() -> None:
    assert redact("https://pay.example.com/i/1?s=ap#x") == f"https://pay.example.com/i/1?{HIDDEN}"


@pytest.mark.parametrize(
    "text",
    [
        "Cookie: __Secure-better-auth.session_token=SECRETSECRET.a%2Fb%3D; better-auth.session_token=SECRETSECRET",
        "{'better-auth.session_token': 'SECRETSECRET'}",
        "https://billing.stripe.com/p/session/live_SECRETSECRET",
        "https://creem.io/test/my-orders/login/SECRETSECRET",
        "https://www.creem.io/test/checkout/prod_1/ch_SECRETSECRET",
    ],
)
def test_logins_and_links_that_let_anybody_in(text: str) -> None:
    assert "SECRET" not in redact(text)
