"""A person with a browser: opens the page, uses it, and notices what goes wrong on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

PATIENCE = 120_000
TWIN = "twin"


class Visitor:
    """One fresh browser profile on the page."""

    def __init__(
        self, browser: Browser, url: str, *, width: int = 1280, height: int = 860, scheme: str = "light",
        locale: str = "en-US", expected_errors: tuple[str, ...] = (),
        prepare: Callable[["Visitor"], None] | None = None,
    ) -> None:
        self.url = url
        self.troubles: list[str] = []
        self.requests: list[dict] = []
        self.expected_errors = expected_errors
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self._console(message.type, message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))
        self.context.on("request", lambda request: self._request(request.url))
        self.context.route("**/v1/models", self._models)
        self.context.route("**/v1/chat/completions", self._chat)
        if prepare:
            prepare(self)
        self.open()

    def open(self) -> None:
        self.page.goto(self.url)
        self.page.wait_for_selector("#topbar select option[value]:not([value=''])", state="attached")

    def close(self) -> None:
        self.context.close()

    # What is noticed.

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(expected in text for expected in self.expected_errors):
            self.troubles.append(f"console {kind}: {text}")

    def _request(self, address: str) -> None:
        if not address.startswith((self.url, "data:", "blob:")):
            self.troubles.append(f"a request left the server: {address[:200]}")

    def check(self) -> None:
        assert not self.troubles, "; ".join(self.troubles)

    # Two models are needed to compare. A server with one of them shows it under a second name as well.

    def _models(self, route: Route) -> None:
        response = route.fetch()
        listing = response.json()
        talkers = [model for model in listing["data"] if "chat" in model["meta"]["abilities"]]
        self.original = talkers[0]["id"]
        if len(talkers) == 1:
            listing["data"].append({**talkers[0], "id": TWIN})
        route.fulfill(response=response, json=listing)

    def _chat(self, route: Route) -> None:
        body = json.loads(route.request.post_data)
        self.requests.append(json.loads(route.request.post_data))
        if body["model"] == TWIN:
            body["model"] = self.original
        route.continue_(post_data=json.dumps(body))

    # What a person does.

    def start(self, text: str) -> None:
        """Sends and waits until the answer has begun."""
        self.page.fill("#draft", text)
        self.page.press("#draft", "Enter")
        self.page.wait_for_selector("body[data-answering=true]")

    def finish(self) -> None:
        self.page.wait_for_selector("body[data-answering=false]")

    def ask(self, text: str) -> None:
        self.start(text)
        self.finish()

    def limit(self, tokens: int) -> None:
        """Sets the longest answer, and greedy sampling, in the panel."""
        self.open_panel()
        self.page.fill("#panel [data-key=max_tokens]", str(tokens))
        self.page.fill("#panel [data-key=temperature]", "0")
        self.close_panel()

    def open_panel(self) -> None:
        self.page.click("#topbar [aria-controls=panel]")
        self.page.wait_for_selector("#panel")

    def close_panel(self) -> None:
        self.page.click("#panel .panel-head .icon-button")

    def tool(self, message: str, label: str) -> None:
        """Presses a button of a message, which shows when the mouse is over it."""
        self.page.hover(message)
        self.page.click(f"{message} [aria-label='{label}']")

    # What a person sees.

    def texts(self) -> list[tuple[str, str]]:
        """Role and text of the messages that are shown."""
        return [tuple(pair) for pair in self.page.evaluate(
            """() => [...document.querySelectorAll("#thread .message")].map((message) => [
              message.classList[1], message.querySelector(".message-content").innerText])""")]

    def last_answer(self) -> str:
        return self.texts()[-1][1]

    def colour(self) -> str:
        return self.page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    def assert_fits(self, place: str) -> None:
        """Nothing is wider than the window."""
        width = self.page.evaluate("() => document.scrollingElement.scrollWidth - innerWidth")
        assert width <= 0, f"{place}: {width} pixels too wide"
        cut = self.page.evaluate(
            """() => [...document.querySelectorAll("#topbar *, #composer *, .vote-bar *, .message-foot *, .dialog *")]
              .filter((element) => element.checkVisibility() && !element.closest(".off-screen"))
              .filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
              }).map((element) => element.outerHTML.slice(0, 80))""")
        assert not cut, f"{place}: outside of the window: {cut[:3]}"

    def picture(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(250)
        self.page.screenshot(path=folder / f"{name}.png")
