"""Steps whose answers are written here: what no model says on demand, and what servers do when something is wrong."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Route

from visitor import Visitor

HOSTILE = """<script>window.harmed = 1</script>
<img src=x onerror="window.harmed = 2"> <svg onload="window.harmed = 3"></svg>

[a](javascript:window.harmed=4) [b](JaVaScRiPt:window.harmed=5) [c](data:text/html,<script>1</script>) [d](&#106;avascript:1)
![pixel](https://elsewhere.example/p.png) <javascript:window.harmed=6> [e](https://fine.example/"onmouseover="x)
[f](vbscript:x) [g](//elsewhere.example) [h](/v1/models) [i]( javascript:x) [j](java\tscript:x)

<iframe src="https://elsewhere.example"></iframe><style>* { display: none }</style><base href="https://elsewhere.example">

| <svg onload=window.harmed=7> | b |
|--|--|
| `<b onclick=x>` | <form action=https://elsewhere.example><input></form> |

```"><script>window.harmed=8</script>
</code></pre><script>window.harmed = 9</script>
```
> - <a href="javascript:window.harmed=10">x</a>
"""


def stream(*chunks: dict, done: bool = True) -> str:
    """The text of a stream of events."""
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join(events) + ("data: [DONE]\n\n" if done else "")


def delta(finish: str | None = None, **fields) -> dict:
    return {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def said(text: str) -> str:
    return stream(delta(role="assistant", content=""), delta(content=text), delta("stop"))


def failure(route: Route, status: int, message: str, headers: dict | None = None) -> None:
    route.fulfill(status=status, json={"error": {"message": message, "type": "error", "code": None}}, headers=headers or {})


def picture() -> bytes:
    """A red PNG of 2 by 2 points."""
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + b"\xff\0\0" * 2) * 2
    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


class ScriptedSteps:
    def __init__(self, browser: Browser, url: str, screenshots: Path) -> None:
        self.browser, self.url, self.screenshots = browser, url, screenshots

    def visitor(self, answer: Callable[[Route, dict], None], **options) -> Visitor:
        """A visitor whose questions `answer` answers."""
        visitor = Visitor(self.browser, self.url, **options)

        def handle(route: Route) -> None:
            body = json.loads(route.request.post_data)
            visitor.requests.append(body)
            answer(route, body)

        visitor.context.route("**/v1/chat/completions", handle)
        return visitor

    def streaming(self, text: str) -> Callable[[Route, dict], None]:
        return lambda route, _: route.fulfill(body=text, content_type="text/event-stream")

    def hostile_text_stays_text(self) -> None:
        visitor = self.visitor(self.streaming(said(HOSTILE)))
        page = visitor.page
        visitor.ask(HOSTILE)
        assert page.evaluate("() => window.harmed") is None
        foreign = page.evaluate(
            """() => [...document.querySelectorAll("#thread :is(script, img, iframe, style, base, form, object, embed, link, meta)")]
              .map((element) => element.outerHTML)""")
        assert not foreign, foreign
        attributes = page.evaluate(
            """() => [...document.querySelectorAll("#thread .message-content *")].flatMap((element) =>
              [...element.attributes].map((attribute) => attribute.name)).filter((name) => /^on|^style$|^src/.test(name))""")
        assert not attributes, attributes
        links = page.eval_on_selector_all("#thread .message-content a", "(links) => links.map((link) => [link.href, link.rel])")
        assert links and all(href.startswith("https://") and "noopener" in rel for href, rel in links), links
        assert "window.harmed = 1" in visitor.last_answer(), "the text itself is shown"
        visitor.picture(self.screenshots, "hostile")
        visitor.check()

    def reasoning_is_folded(self) -> None:
        text = stream(delta(role="assistant", reasoning_content="First **think**."), delta(content="Then speak."), delta("stop"))
        visitor = self.visitor(self.streaming(text))
        visitor.ask("think")
        assert visitor.page.get_attribute(".thought", "open") is None
        assert not visitor.page.is_visible(".thought strong")
        visitor.page.click(".thought summary")
        visitor.page.wait_for_selector(".thought strong")
        visitor.picture(self.screenshots, "reasoning")
        visitor.ask("again")
        assert [message["content"] for message in visitor.requests[-1]["messages"]] == ["think", "Then speak.", "again"]
        visitor.check()

    def tool_calls_are_shown_and_answered(self) -> None:
        def fragment(arguments: str, **more) -> dict:
            return delta(tool_calls=[{"index": 0, "function": {"arguments": arguments, **more.pop("function", {})}, **more}])

        call = stream(
            fragment("", id="call_1", type="function", function={"name": "weather"}), fragment('{"city":'),
            fragment('"Hangzhou"}'), delta("tool_calls"))

        def answer(route: Route, body: dict) -> None:
            text = said("It rains.") if body["messages"][-1]["role"] == "tool" else call
            route.fulfill(body=text, content_type="text/event-stream")

        visitor = self.visitor(answer)
        page = visitor.page
        visitor.open_panel()
        page.click("#panel summary:has-text('Tools')")
        page.fill("#panel [data-key=tools]", json.dumps([{"type": "function", "function": {"name": "weather"}}]))
        visitor.close_panel()
        visitor.ask("How is the weather?")
        assert visitor.requests[-1]["tools"][0]["function"]["name"] == "weather"
        assert '"city": "Hangzhou"' in page.inner_text(".call pre")
        visitor.picture(self.screenshots, "tools")
        page.fill(".results textarea", "rain")
        page.click(".results button")
        page.wait_for_selector(".assistant .prose:has-text('It rains.')")
        visitor.finish()
        assert visitor.requests[-1]["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": "rain"}
        visitor.check()

    def pictures_reach_a_model_that_sees(self) -> None:
        def models(route: Route) -> None:
            response = route.fetch()
            listing = response.json()
            for model in listing["data"]:
                model["meta"]["abilities"] = ["chat", "vision"]
            route.fulfill(response=response, json=listing)

        visitor = self.visitor(
            self.streaming(said("It is red.")), prepare=lambda visitor: visitor.context.route("**/v1/models", models))
        page = visitor.page
        file = {"name": "red.png", "mimeType": "image/png", "buffer": picture()}
        page.set_input_files("#composer input[type=file]", file)
        page.wait_for_selector(".thumb")
        visitor.picture(self.screenshots, "picture-draft")
        visitor.ask("What colour?")
        image, text = visitor.requests[-1]["messages"][-1]["content"]
        assert image["image_url"]["url"].startswith("data:image/png;base64,") and text["text"] == "What colour?"
        visitor.open()
        page.wait_for_selector(".user img.picture")
        page.set_input_files("#composer input[type=file]", {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
        page.wait_for_selector(".notice:has-text('x.png')")
        visitor.check()

    def a_busy_server_is_asked_again(self) -> None:
        tries = []

        def answer(route: Route, _: dict) -> None:
            tries.append(1)
            if len(tries) == 1:
                failure(route, 429, "The queue is full.", {"retry-after": "2"})
            else:
                route.fulfill(body=said("Now."), content_type="text/event-stream")

        visitor = self.visitor(answer, expected_errors=("429",))
        visitor.start("busy?")
        visitor.page.wait_for_selector(".note:has-text('Trying again in')")
        visitor.finish()
        assert visitor.last_answer() == "Now." and len(tries) == 2
        visitor.check()

    def failures_are_told_in_the_servers_words(self) -> None:
        tries = []

        def answer(route: Route, _: dict) -> None:
            tries.append(1)
            match len(tries):
                case 1:
                    failure(route, 400, "The prompt has 9000 tokens, the context 8192.")
                case 2:
                    text = stream(delta(content="Half an"), {"error": {"message": "The worker stopped."}}, done=False)
                    route.fulfill(body=text, content_type="text/event-stream")
                case 3:
                    route.fulfill(body=stream(delta(content="Cut"), done=False), content_type="text/event-stream")
                case 4:
                    route.abort("connectionrefused")
                case 5:
                    route.fulfill(status=502, body="<html><b>Bad gateway</b></html>", content_type="text/html")
                case _:
                    route.fulfill(body=said("Well."), content_type="text/event-stream")

        visitor = self.visitor(answer, expected_errors=("400", "502", "ERR_CONNECTION_REFUSED"))
        visitor.ask("fail")
        for expected in (
            "The server answered 400: The prompt has 9000 tokens, the context 8192.", "Half an\nThe answer broke off: The worker stopped.",
            "Cut\nThe connection ended before the answer was complete.", "The server cannot be reached.",
            "The server answered 502: <html><b>Bad gateway</b></html>",
        ):
            shown = "\n".join(line for line in visitor.last_answer().splitlines() if line)
            assert expected in shown, shown
            if "400" in expected:
                visitor.picture(self.screenshots, "error")
            visitor.page.click(".error .button")
            visitor.page.wait_for_selector("body[data-answering=true]", state="attached")
            visitor.finish()
        assert visitor.last_answer() == "Well."
        assert all(len(request["messages"]) == 1 for request in visitor.requests)
        visitor.check()

    def a_question_without_an_answer_is_replaced(self) -> None:
        def answer(route: Route, body: dict) -> None:
            if body["messages"][-1]["content"] == "fail":
                failure(route, 400, "no")
            else:
                route.fulfill(body=said("yes"), content_type="text/event-stream")

        visitor = self.visitor(answer, expected_errors=("400",))
        visitor.ask("fail")
        visitor.ask("work")
        assert [message["content"] for message in visitor.requests[-1]["messages"]] == ["work"]
        assert [text for _, text in visitor.texts()] == ["work", "yes"]
        visitor.check()

    def a_server_with_keys_asks_for_one(self) -> None:
        keys = []

        def guarded(route: Route) -> None:
            keys.append(route.request.headers.get("authorization"))
            if keys[-1] == "Bearer secret":
                route.fallback()
            else:
                failure(route, 401, "This server needs an API key.")

        context = self.browser.new_context(locale="en-US")
        page = context.new_page()
        context.route("**/v1/models", guarded)
        page.goto(self.url)
        page.click(".notice .button")
        page.fill("dialog input", "wrong")
        page.press("dialog input", "Enter")
        page.click(".notice:has-text('refused') .button")
        page.fill("dialog input", "secret")
        page.wait_for_timeout(100)
        page.screenshot(path=self.screenshots / "key.png")
        page.press("dialog input", "Enter")
        page.wait_for_selector("#topbar select option[value]:not([value=''])", state="attached")
        assert keys == [None, "Bearer wrong", "Bearer secret"], keys
        assert page.locator(".notice").count() == 0
        page.reload()
        page.wait_for_selector("#topbar select option[value]:not([value=''])", state="attached")
        assert keys[-1] == "Bearer secret"
        context.close()

    def settings_that_cannot_be_sent_are_marked(self) -> None:
        visitor = self.visitor(self.streaming(said("never")))
        visitor.open_panel()
        visitor.page.fill("#panel [data-key=temperature]", "9")
        assert visitor.page.get_attribute("#panel [data-key=temperature]", "aria-invalid") == "true"
        visitor.page.fill("#draft", "hello")
        visitor.page.press("#draft", "Enter")
        visitor.page.wait_for_selector(".notice")
        assert visitor.requests == [] and visitor.page.input_value("#draft") == "hello"
        visitor.check()
