"""Pages for people: templates that escape by default, and headers that forbid everything they do not need."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
)

_CONTENT = {"text/html": {"schema": {"type": "string"}}}
HTML: dict[str, Any] = {"content": _CONTENT, "description": "The page."}
HTML_404: dict[str, Any] = {"content": _CONTENT, "description": "There is no such page."}


def html(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Render a page; its own style and script carry a nonce, nothing else may load or run."""
    nonce = secrets.token_urlsafe(16)
    text = _environment.get_template(template).render(nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(text, status, headers)


async def form_of(request: Request) -> dict[str, str]:
    """Return the text fields of a posted form; one that cannot be read has none."""
    try:
        form = await request.form()
    except HTTPException:
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}
