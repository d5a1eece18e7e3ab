"""Getting at the data: ModelsLab's envelope, and the shapes a list may have.

The envelope is `{"data", "error", "meta"}` (docs.modelslab.com, Agents API overview); some published examples are bare.
Lists are `data[]`, `data.items` or `data.<name>`; PHP turns an array with gaps into an object with numbers as keys.
"""

from tui.providers.transport import Json
from tui.providers.wire import bounded, no_list

_ENVELOPE = frozenset({"error", "meta"})


def unwrap(body: Json) -> Json:
    """Return the data of an enveloped body, or the body itself when it is bare."""
    if isinstance(body, dict) and "data" in body and (body["data"] is not None or _ENVELOPE & body.keys()):
        return body["data"]
    return body


def rows(data: Json, *names: str) -> list[Json]:
    """Return the rows of a list, wherever they are; raises ProtocolError when there is no list.

    No data is an empty list; an object with an id is a list of one.
    """
    if data is None:
        return []
    if isinstance(data, list):
        return bounded(data)
    if isinstance(data, dict):
        for name in ("items", *names, "data"):
            if isinstance(data.get(name), list | dict):
                return rows(data[name], *names)
        if any(data.get(name, data) is None for name in ("items", *names)):
            return []
        if "id" in data:
            return [data]
        if all(key.isdecimal() and isinstance(value, dict) for key, value in data.items()):
            return bounded(list(data.values()))
    raise no_list()
