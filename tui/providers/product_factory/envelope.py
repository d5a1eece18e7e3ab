"""Getting at the data of Product Factory's answers.

Billing wraps it as `{"success": true, "data": …}`, the other pages of the same product as `{"ok": true, "data": …}`
(docs: /api/billing/, /api/ai/); sign-in answers have no envelope (/api/auth/). What a failure looks like is not
documented: a flag that is false is one whatever the status, and without a flag the status decides.
"""

from tui.domain import SafeText
from tui.providers.errors import ProtocolError
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import raise_for_refusal, refusal_error
from tui.providers.wire import bounded, no_list

_FLAGS = ("success", "ok")
_LIST_NAMES = ("items", "data", "results")


def data_of(reply: Reply) -> Json:
    """Return the data of a success, in its envelope or bare. Raises BillingError for everything else."""
    raise_for_refusal(reply)
    body = reply.json
    if not isinstance(body, dict):
        return body
    if any(body.get(flag) is False for flag in _FLAGS):
        raise refusal_error(reply)
    if any(flag in body and body[flag] is not True for flag in _FLAGS):
        raise ProtocolError(SafeText(f"{reply.host} answered without saying whether it worked."))
    flagged = any(isinstance(body.get(flag), bool) for flag in _FLAGS)
    if "data" in body and (flagged or len(body) == 1):
        return body["data"]
    return body


def rows(data: Json, *names: str) -> list[Json]:
    """Return the rows of a list, bare or under one of `names`; raises ProtocolError when there is no list."""
    if isinstance(data, list):
        return bounded(data)
    if isinstance(data, dict):
        for name in (*names, *_LIST_NAMES):
            if isinstance(data.get(name), list):
                return rows(data[name])
    raise no_list()
