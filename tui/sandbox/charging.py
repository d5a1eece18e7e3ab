"""Taking money: payment intents, and the list of charges that tests count."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.cards import DECLINE_MESSAGES, Card
from tui.sandbox.errors import ApiError
from tui.sandbox.world import World, unique


@dataclass(frozen=True)
class Intent:
    """One attempt to take money; amount in cents; status is succeeded, failed or requires_action."""

    id: str
    status: str
    amount: int
    decline_code: str | None
    client_secret: str
    payment_method_id: str | None
    created_at: int


@dataclass(frozen=True)
class Charge:
    """Money that was taken: amount in cents, and the request that took it."""

    id: int
    amount: int
    unit: str
    path: str
    idempotency_key: str | None
    time: int
    payment_intent_id: str
    payment_method_id: str | None


@dataclass(frozen=True)
class Source:
    """The request behind a charge: its path and Idempotency-Key."""

    path: str
    key: str | None = None


def attempt(world: World, card: Card, amount: int, source: Source, *, authenticated: bool = False) -> Intent:
    """Charge a card with `amount` cents as the card behaves; the attempt is kept whatever comes of it.

    `authenticated` says that the cardholder has just passed 3-D Secure.
    """
    behaviour = "ok" if authenticated and card.behaviour == "requires_action" else card.behaviour
    status = {"ok": "succeeded", "requires_action": "requires_action"}.get(behaviour, "failed")
    decline = behaviour if status == "failed" else None
    intent_id = unique("pi_3")
    intent = Intent(
        *(intent_id, status, amount, decline, f"{intent_id}_secret_{unique('')}", card.id, world.clock.epoch())
    )
    with world.database.transaction():
        world.database.run(
            "INSERT INTO payment_intents VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(intent.id, status, amount, decline, intent.client_secret, card.id, intent.created_at),
        )
        if status == "succeeded":
            _record(world, intent, source)
    return intent


def _record(world: World, intent: Intent, source: Source) -> None:
    world.database.run(
        "INSERT INTO charges (amount, unit, path, idempotency_key, time, payment_intent_id, payment_method_id)"
        " VALUES (?, 'USD', ?, ?, ?, ?, ?)",
        *(intent.amount, source.path, source.key, intent.created_at, intent.id, intent.payment_method_id),
    )


def declined(intent: Intent) -> ApiError:
    """Build the documented 402 of an attempt that took nothing."""
    code = intent.decline_code or "authentication_required"
    details = {"decline_code": code, "payment_intent_id": intent.id}
    return ApiError(402, "payment_declined", DECLINE_MESSAGES.get(code, "Your card was declined."), details)


def take(world: World, card: Card, amount: int, source: Source) -> Intent:
    """Charge a card and return the successful intent.

    Raises:
        ApiError: 402; the card declined, or wants 3-D Secure (`authentication_required`).

    """
    intent = attempt(world, card, amount, source)
    if intent.status != "succeeded":
        raise declined(intent)
    return intent


def find_intent(world: World, intent_id: str) -> Intent | None:
    """Return an attempt by its id."""
    return world.database.first(Intent, "SELECT * FROM payment_intents WHERE id = ?", intent_id)


def charges(world: World) -> list[Charge]:
    """Return every charge in the order it was made."""
    return world.database.all(Charge, "SELECT * FROM charges ORDER BY id")
