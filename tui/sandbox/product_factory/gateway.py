"""The gateway in front of every worker: who is calling, whether they may, and errors as answers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from tui.sandbox.call import Call, CallDep, json_response, world_of
from tui.sandbox.contract import PRODUCT_FACTORY_PREFIX
from tui.sandbox.errors import ApiError, field_bag, not_found
from tui.sandbox.models.common import Flat
from tui.sandbox.product_factory import people
from tui.sandbox.product_factory.models import Data, DataList, Failure
from tui.sandbox.product_factory.people import COOKIE, Person
from tui.sandbox.wire import JsonValue, Wire, plain
from tui.sandbox.world import World

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
PUBLIC = ("/auth/", "/payment/webhook/")
ADMIN = "/admin/"
INJECTED = (b"x-user-id", b"x-user-role", b"x-app-key")
_APP_KEY = b"lovelace"

_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session; `__Secure-` before it by a setting.")


class GatewayRoute(APIRoute):
    """A route behind the gateway; its path decides whether it asks for a session and for the admin role."""

    def get_route_handler(self) -> Handler:
        """Wrap the endpoint in the gateway."""
        original = super().get_route_handler()
        path = self.path_format.removeprefix(PRODUCT_FACTORY_PREFIX)

        async def handle(request: Request) -> Response:
            world = world_of(request)
            try:
                if not path.startswith(PUBLIC):
                    request = _as_worker_sees(request, _authorized(world, request, path))
                return await original(request)
            except ApiError as error:
                return _failure(world, error)
            except RequestValidationError as error:
                return _failure(world, ApiError(400, "VALIDATION_ERROR", _first_sentence(error)))
            except HTTPException as error:
                return _failure(world, ApiError(error.status_code, "BAD_REQUEST", str(error.detail)))

        return handle


def _authorized(world: World, request: Request, path: str) -> Person:
    """Return who is calling.

    Raises:
        ApiError: 401 without a session or after its end, 403 for a banned person or a missing role.

    """
    session = people.read(world, request.cookies.get(people.cookie_name(world), ""))
    if session is None:
        raise ApiError(401, "UNAUTHORIZED", "Sign in to continue.")
    if session.expires_at <= world.clock.epoch():
        raise ApiError(401, "SESSION_EXPIRED", "Your session has expired. Sign in again.")
    person = people.find(world, session.user_id)
    if person is None or person.banned:
        raise ApiError(403, "USER_BANNED", "This account has been suspended.")
    if path.startswith(ADMIN) and person.role != "admin":
        raise ApiError(403, "FORBIDDEN", "This needs the admin role.")
    return person


def _as_worker_sees(request: Request, person: Person) -> Request:
    """Replace what a client may have sent as its own identity by what the session says."""
    headers = [(name, value) for name, value in request.scope["headers"] if name.lower() not in INJECTED]
    identity = (person.id.encode(), person.role.encode(), _APP_KEY)
    return Request({**request.scope, "headers": [*headers, *zip(INJECTED, identity, strict=True)]}, request.receive)


def _first_sentence(error: RequestValidationError) -> str:
    bag = field_bag(list(error.errors()))
    for sentences in bag.values():
        if isinstance(sentences, list) and sentences:
            return str(sentences[0])
    return "The body cannot be read."


def flagged(world: World, content: dict[str, JsonValue], *, success: bool) -> dict[str, JsonValue]:
    """Put the flag before an answer's content under the name that the settings give, if any."""
    flag = world.settings.envelope_flag
    return content if flag == "none" else {flag: success, **content}


def _failure(world: World, error: ApiError) -> Response:
    body: JsonValue = error.message if world.settings.error_as_text else {"code": error.code, "message": error.message}
    return json_response(flagged(world, {"error": body}, success=False), error.status)


Item = Wire | dict[str, JsonValue]


def ok(call: Call, data: Item | Sequence[Item]) -> Response:
    """Answer with `data` in the envelope."""
    content: JsonValue = _plain(data) if isinstance(data, Wire | dict) else [_plain(item) for item in data]
    return json_response(flagged(call.world, {"data": content}, success=True))


def _plain(item: Item) -> dict[str, JsonValue]:
    return plain(item) if isinstance(item, Wire) else item


async def _caller(call: CallDep, request: Request) -> Person:
    person = people.find(call.world, request.headers.get("x-user-id", ""))
    if person is None:
        raise not_found("User", "USER_NOT_FOUND")
    return person


CallerDep = Annotated[Person, Depends(_caller)]


def gateway(*, secured: bool = True) -> APIRouter:
    """Make a router under the gateway's address."""
    dependencies = [Depends(_cookie)] if secured else []
    return APIRouter(
        prefix=PRODUCT_FACTORY_PREFIX, route_class=GatewayRoute, dependencies=dependencies, tags=["Product Factory"]
    )


_SAYS = {
    400: "The input is not valid.",
    401: "No session, an expired one, or a wrong password or signature.",
    403: "Suspended, or not allowed for this role.",
    404: "There is no such thing.",
    409: "Not in this state.",
}


def _of(envelope: Any, model: Any) -> Any:
    """Make the envelope of a model at run time, for the description only."""
    return envelope[model]


def answers(model: type[BaseModel], *errors: int, listed: bool = False) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of an endpoint: its success, its own `errors`, and those common to all."""
    described: dict[int | str, dict[str, Any]] = {200: {"model": _of(DataList if listed else Data, model)}}
    for status in (400, 401, 403, *errors):
        described[status] = {"model": Failure, "description": _SAYS[status]}
    if 404 in errors:
        described[404] = {"model": Failure | Flat, "description": _SAYS[404]}
    return described
