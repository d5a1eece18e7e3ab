"""A real browser: the installed Chromium, driven through the hosted checkout page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

PHONE = ViewportSize(width=390, height=844)


@contextmanager
def phone() -> Iterator[Page]:
    """A browser page the size of a phone, which reaches nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        try:
            page = browser.new_page(viewport=PHONE)
            page.set_default_timeout(60_000)
            yield page
        finally:
            browser.close()


def pay(page: Page, url: str, card: str = "4242424242424242") -> None:
    """Open the payment page and pay with `card`."""
    page.goto(url)
    fill(page, card)


def fill(page: Page, card: str) -> None:
    """Fill the form of an open payment page and press the button."""
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry, MM / YY").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay").click()
