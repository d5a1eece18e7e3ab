"""The application: all routers behind the gate, errors outside them as short JSON, one OpenAPI description."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from tui.sandbox.call import json_response
from tui.sandbox.errors import ApiError, field_bag
from tui.sandbox.gate import Gate
from tui.sandbox.product_factory import admin, paying, portal, reading, signing_in
from tui.sandbox.routes import (
    auth,
    billing,
    checkout,
    control,
    coupons,
    invoices,
    olostep,
    stripe,
    subscriptions,
    wallet,
)
from tui.sandbox.world import World

ROUTERS = (
    auth.router,
    auth.leaving,
    billing.router,
    invoices.router,
    invoices.documents,
    wallet.router,
    coupons.router,
    subscriptions.router,
    stripe.router,
    olostep.router,
    checkout.router,
    signing_in.router,
    reading.router,
    paying.router,
    paying.webhooks,
    admin.router,
    portal.router,
    checkout.creem,
    control.router,
)
DESCRIPTION = "A local server that speaks the providers' wire. No money moves here."


def create_app(world: World) -> ASGIApp:
    """Return the application over a world."""
    return Gate(create_api(world), world)


def create_api(world: World) -> FastAPI:
    """Return the routes without the gate, whose description is at /openapi.json."""
    api = FastAPI(title="billtop sandbox", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None)
    api.state.world = world
    for router in ROUTERS:
        api.include_router(router)
    api.add_exception_handler(HTTPException, _no_route)
    api.add_exception_handler(RequestValidationError, _refused)
    api.add_exception_handler(ApiError, _failed)
    return api


async def _no_route(request: Request, error: Exception) -> Response:
    """Answer a path or method that does not exist as the provider's framework does: flat."""
    if not isinstance(error, HTTPException):
        raise error
    response = json_response({"message": str(error.detail)}, error.status_code)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods(request.url.path))
    return response


def _methods(path: str) -> list[str]:
    """Return the methods of a path over all its routes; the framework names only those of the first it meets."""
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    return sorted({method for route in routes if route.path_regex.match(path) for method in route.methods or ()})


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    bag = field_bag(list(error.errors()))
    return json_response({"message": "The given data was invalid.", "errors": bag}, 422)


async def _failed(request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return json_response({"message": error.message}, error.status)
