"""A Chromium without a window that is logged in to the demo, and keeps account of what goes wrong in it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, async_playwright

from .hass import HOST

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    # Containers run as root and without the kernel features that the sandbox wants; all pages are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--force-device-scale-factor=1",
    # What a browser does of itself, so that the only requests are the pages' own.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

DESKTOP = (1280, 800)

# A cold start compiles the whole front end on what may be a slow machine; a warm one takes two seconds.
PAGE_TIMEOUT_S = 60.0

# The addresses of pages' own data, which no request leaves the machine for.
_LOCAL_SCHEMES = ("data", "blob", "about")


@dataclass  # without slots: playwright notes its wrappers on the object whose methods it calls
class Account:
    """What all tabs did: `errors` = the console's (text, source address), `strangers` = foreign addresses asked."""

    errors: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Book what happens in `context` from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append((str(error.error), str(error.error.stack))))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append((message.text, str(message.location.get("url", ""))))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.hostname != HOST and address.scheme not in _LOCAL_SCHEMES:
            self.strangers.append(request.url)


@dataclass(frozen=True, slots=True)
class Browser:
    """One user's browser; `account` books what all its tabs do."""

    context: BrowserContext
    account: Account
    url: str

    async def open_tab(self, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        """Open `path` of the front end in a new tab whose window is `size` (width, height) pixels large."""
        page = await self.context.new_page()
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(self.url + path, wait_until="domcontentloaded")
        return page


def find_chromium() -> str | None:
    """Return the path of an installed Chromium."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@contextlib.asynccontextmanager
async def logged_in_browser(
    chromium: str, url: str, user: str, password: str, locale: str = "en-GB"
) -> AsyncIterator[Browser]:
    """Start `chromium` in the language of `locale` and log in to the Home Assistant at `url` by its form."""
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            context = await chrome.new_context(locale=locale, timezone_id="UTC", color_scheme="light")
            context.set_default_timeout(PAGE_TIMEOUT_S * 1000)
            account = Account()
            account.watch(context)
            browser = Browser(context, account, url)
            page = await browser.open_tab("/")
            await page.locator("input[name=username]").fill(user)
            await page.locator("input[name=password]").fill(password)
            await page.keyboard.press("Enter")
            await page.locator("home-assistant-main").wait_for()
            await page.close()
            yield browser
        finally:
            await chrome.close()
