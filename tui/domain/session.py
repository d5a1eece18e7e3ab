"""A login that ends."""

from dataclasses import dataclass
from datetime import datetime

from tui.domain.text import EMPTY, SafeText


@dataclass(frozen=True, slots=True)
class LoginSession:
    """Who is logged in, as what, and until when."""

    email: SafeText = EMPTY
    name: SafeText = EMPTY
    role: SafeText = EMPTY
    """`user`, `admin`, … as the provider says it."""
    expires_at: datetime | None = None
    """When the credential stops working, on the provider's clock."""

    @property
    def admin(self) -> bool:
        """Whether the role may change what others have."""
        return self.role == "admin"
