"""What can go wrong between billtop and a provider.

Each carries what a person needs: a message, what to do now, the request id. None carries a secret or a body.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Self

from tui.domain import SafeText


@dataclass(eq=False)
class BillingError(Exception):
    """A call to a provider that did not do what was asked.

    `code` is the provider's own error code, `retry_after` the wait it asked for, `status` the HTTP status.
    """

    kind: ClassVar[str] = "error"
    advice: ClassVar[str] = "Try again; if it stays, tell the provider the request id."
    maybe_executed: ClassVar[bool] = False
    """Whether a request that was sent may have been carried out all the same."""

    message: SafeText
    code: SafeText | None = None
    request_id: SafeText | None = None
    retry_after: timedelta | None = None
    status: int | None = None
    hint: SafeText | None = None
    """What to do now; the kind's own advice when None."""
    details: dict[str, SafeText] = field(default_factory=dict)
    """Flat details the provider gave, for example decline_code or payment_intent_id."""
    fields: dict[str, tuple[SafeText, ...]] = field(default_factory=dict)
    """Messages for single fields of the request."""

    def __str__(self) -> str:
        return str(self.message)

    @property
    def next_step(self) -> str:
        """What to do now, in a sentence."""
        return self.hint or self.advice

    def to_keep(self) -> Self:
        """Return itself without the frames it was raised through: they hold the answer, often megabytes of it."""
        self.__traceback__ = self.__context__ = self.__cause__ = None
        return self


class NotAuthenticated(BillingError):
    """401: the token is missing, wrong or expired."""

    kind = "not_authenticated"
    advice = "Check the token of this account: it is wrong, expired or revoked."


class NotAllowed(BillingError):
    """403: the token is good but may not do this."""

    kind = "not_allowed"
    advice = "Use a token with the scope for this, or ask whoever owns the account."


class RateLimited(BillingError):
    """429: too many requests; `retry_after` says how long to wait."""

    kind = "rate_limited"
    advice = "Wait a moment, then try again."


class NotFound(BillingError):
    """404: the provider knows no such thing."""

    kind = "not_found"
    advice = "It may be gone: refresh with r."


class Declined(BillingError):
    """402: the payment was refused; nothing was charged."""

    kind = "declined"
    advice = "Use another card, or a payment link."

    @property
    def decline_code(self) -> SafeText | None:
        """The issuer's reason as the provider passed it on."""
        return self.details.get("decline_code")


class Invalid(BillingError):
    """400, 409, 422: the provider refused the request as it was; `fields` says where."""

    kind = "invalid"
    advice = "Change what was entered and try again."


class ServerTrouble(BillingError):
    """5xx, or a redirect: the provider failed to answer properly."""

    kind = "server"
    advice = "The provider has trouble: try again in a minute."
    maybe_executed = True


class ProtocolError(BillingError):
    """An answer came that cannot be read."""

    kind = "protocol"
    advice = "Check that the base URL is the provider's API and that no proxy answers in its place."
    maybe_executed = True


class Unproven(BillingError):
    """The answer to a change does not say that it was made, or says that it was not."""

    kind = "unknown"
    advice = "It may have worked: check before you try again."
    maybe_executed = True


class NetworkTrouble(BillingError):
    """No answer came; a request that was sent may have been carried out."""

    kind = "network"
    advice = "Check the connection, then try again."
    maybe_executed = True


class NotSent(NetworkTrouble):
    """The request never left this machine: nothing can have happened."""

    maybe_executed = False


class NotTrusted(NotSent):
    """TLS failed: nothing was sent, and trying again changes nothing."""

    advice = "Check this machine's clock, and whether a proxy or network login page stands in between."


class DeadlineExceeded(NetworkTrouble):
    """The whole call took longer than it may."""

    advice = "The provider is slow or the connection is: try again."


NOT_CONNECTED = SafeText("The account is not connected yet.")


def unusable(fault: Exception) -> ProtocolError:
    """The error for an answer that a fault of our own kept from being used."""
    return ProtocolError(SafeText(f"The answer could not be used ({type(fault).__name__})."))
