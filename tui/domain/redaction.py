"""Taking secrets out of text that is about to be logged or shown."""

import re
from collections.abc import Iterator, Sequence

HIDDEN = "[hidden]"
"""What stands in the place of a secret."""

_SHORTEST_SECRET = 8
"""A shorter secret is not searched for as such: it would be found in ordinary words."""

_known: set[str] = set()

# Texts: `re` compiles them when the first line is looked through, which the start does not have to wait for.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"(?i)(https?://)[^\s/?#@\"'<>]*@", rf"\1{HIDDEN}@"),
    (r"(?i)(https?://[^\s?#\"'<>]+)[?#][^\s\"'<>]*", rf"\1?{HIDDEN}"),
    (r"(?i)\b(Bearer)([\s:=]+|%20)[^\s\"',;]+", rf"\1 {HIDDEN}"),
    (r"(?i)\b(Basic)\s+[A-Za-z0-9+/]{16,}={0,2}", rf"\1 {HIDDEN}"),
    (r"([A-Za-z0-9]{0,40}_secret_)[A-Za-z0-9_]+", rf"\1{HIDDEN}"),
    (r"((?:sk|rk|pk)_(?:live|test)_)[A-Za-z0-9_]+", rf"\1{HIDDEN}"),
    (r"(whsec_)[A-Za-z0-9_]+", rf"\1{HIDDEN}"),
    (r"(cs_(?:live|test)_|(?<![A-Za-z0-9_])cs_)[A-Za-z0-9_]{4,}", rf"\1{HIDDEN}"),
    # A login's cookie, and links that let in whoever has them: Stripe's portal, Creem's checkout and portal.
    (r"(better-auth\.session_token[\"']?\s*[=:]\s*[\"']?)[^\s;,\"']+", rf"\1{HIDDEN}"),
    (r"(/p/session/|/my-orders/login/|/ch_)[^\s/?#\"'<>]{8,}", rf"\1{HIDDEN}"),
    # Tokens of Laravel Sanctum, as ModelsLab issues them: a number, a bar, forty characters.
    (r"\b[0-9]+\|[A-Za-z0-9]{16,}", HIDDEN),
)
_DIGIT_GROUPS = r"(?<![0-9])[0-9]+(?:[ \u00a0-][0-9]+)*(?![0-9])"
_CARD_DIGITS = range(12, 20)


def hide(secret: str) -> None:
    """Remember `secret`, so that `redact` takes it out of every text from now on."""
    if len(secret) >= _SHORTEST_SECRET:
        _known.add(secret)


def redact(text: str) -> str:
    """Return `text` without credentials, card numbers, and the queries and fragments of addresses.

    Known secrets go wherever they stand; others by their form: `Bearer …`, Stripe keys (`sk_`, `rk_`, `pk_`,
    `whsec_`), client secrets (`…_secret_…`), checkout sessions (`cs_…`), logins' cookies, links to portals, and digits
    that check out as a card number.
    """
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = re.sub(pattern, replacement, text)
    return re.sub(_DIGIT_GROUPS, _without_cards, text)


def is_plain_word(text: str) -> bool:
    """Whether `text` is like the name of a command or a setting, so that an error may repeat it.

    Whatever else was typed in its place may be a token, a card number or a password.
    """
    return re.fullmatch(r"[a-z][a-z_-]{0,23}", text) is not None and text not in _known


def _without_cards(found: "re.Match[str]") -> str:
    """Hide runs of whole groups, 12 to 19 digits together, whose check digit is right (ISO/IEC 7812)."""
    text = found.group()
    for start, end in _card_spans(text):
        return f"{text[:start]}{HIDDEN}{re.sub(_DIGIT_GROUPS, _without_cards, text[end:])}"
    return text


def _card_spans(text: str) -> Iterator[tuple[int, int]]:
    groups = [match.span() for match in re.finditer("[0-9]+", text)]
    for first, (start, _) in enumerate(groups):
        for _, end in reversed(groups[first:]):
            digits = [int(char) for char in text[start:end] if char.isdigit()]
            if len(digits) in _CARD_DIGITS and checks_out(digits):
                yield start, end


def checks_out(digits: Sequence[int]) -> bool:
    """Whether the check digit of a card number is right, which catches every single wrong one (ISO/IEC 7812)."""
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
