"""Steps that a real model answers."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser

from visitor import Visitor

QUESTION = "What is ink?"


class ModelSteps:
    def __init__(self, browser: Browser, url: str, screenshots: Path) -> None:
        self.browser, self.url, self.screenshots = browser, url, screenshots

    def visitor(self, **options) -> Visitor:
        return Visitor(self.browser, self.url, **options)

    def an_answer_streams(self) -> None:
        visitor = self.visitor()
        assert visitor.page.evaluate("() => document.activeElement.id") == "draft"
        visitor.picture(self.screenshots, "welcome")
        visitor.limit(120)
        visitor.page.evaluate(
            """() => {
              window.lengths = new Set();
              new MutationObserver(() => window.lengths.add(document.querySelector(".assistant .message-content > .prose")?.innerText.length))
                .observe(document.getElementById("thread"), { subtree: true, childList: true, characterData: true });
            }""")
        visitor.ask("Tell me about rivers, mountains and the sea.")
        lengths = visitor.page.evaluate("() => window.lengths.size")
        assert lengths > 5, f"the answer appeared in {lengths} steps"
        facts = visitor.page.inner_text(".assistant .facts")
        assert "tokens/s" in facts and "first after" in facts, facts
        assert " / " in visitor.page.inner_text(".meter-text")
        request = visitor.requests[-1]
        assert (request["max_tokens"], request["temperature"], request["stream_options"]["include_usage"]) == (120, 0, True)
        visitor.picture(self.screenshots, "answer")
        visitor.check()

    def the_draft_is_counted(self) -> None:
        visitor = self.visitor()
        visitor.page.fill("#draft", "one two three four")
        visitor.page.wait_for_selector(".draft-count:not(:empty)")
        assert int(visitor.page.inner_text(".draft-count").split()[0]) >= 4
        visitor.check()

    def an_answer_stops(self) -> None:
        visitor = self.visitor()
        visitor.limit(4000)
        visitor.start("Count from one to one thousand in words.")
        visitor.page.wait_for_selector(".assistant .prose > *")
        visitor.page.keyboard.press("Escape")
        visitor.finish()
        assert visitor.page.get_attribute(".assistant", "data-state") == "stopped"
        assert "Stopped." in visitor.last_answer()
        visitor.check()

    def questions_and_answers_branch(self) -> None:
        visitor = self.visitor()
        visitor.limit(12)
        visitor.ask(QUESTION)
        first = visitor.texts()
        visitor.tool(".message.assistant", "Another answer")
        visitor.page.wait_for_selector(".assistant .switcher")
        visitor.finish()
        assert visitor.page.inner_text(".assistant .switcher span") == "2 / 2"
        visitor.tool(".message.user", "Edit and ask again")
        visitor.page.fill("textarea.edit", "What is paper?")
        visitor.page.press("textarea.edit", "Enter")
        visitor.page.wait_for_selector(".user .switcher")
        visitor.finish()
        assert [text for _, text in visitor.texts()][0] == "What is paper?"
        assert visitor.requests[-1]["messages"] == [{"role": "user", "content": "What is paper?"}]
        visitor.tool(".message.user", "Previous branch")
        visitor.tool(".message.assistant", "Previous branch")
        assert visitor.texts() == first, "the first branch came back changed"
        visitor.picture(self.screenshots, "branches")
        visitor.check()

    def conversations_are_kept(self) -> None:
        visitor = self.visitor()
        visitor.limit(12)
        visitor.ask(QUESTION)
        visitor.ask("And paper?")
        before = visitor.texts()
        assert len(before) == 4 and len(visitor.requests[-1]["messages"]) == 3
        visitor.open()
        assert visitor.texts() == before
        visitor.page.keyboard.press("Control+k")
        visitor.page.wait_for_selector(".welcome")
        visitor.page.click(".conversation .open")
        assert visitor.texts() == before
        visitor.check()

    def conversations_are_found_renamed_and_deleted(self) -> None:
        visitor = self.visitor()
        page = visitor.page
        for text in ("Say one", "Say 砚台"):
            page.keyboard.press("Control+k")
            visitor.limit(4)
            visitor.ask(text)
        page.keyboard.press("Control+Shift+f")
        page.keyboard.type("砚台")
        page.wait_for_selector(".conversation:only-child")
        assert page.inner_text(".conversation .open") == "Say 砚台"
        page.hover(".conversation")
        page.click(".conversation .icon-button")
        page.click("[role=menuitem]:has-text('Rename')")
        page.keyboard.type("Stones")
        page.keyboard.press("Enter")
        page.wait_for_selector(".conversation .open:has-text('Stones')")
        page.hover(".conversation")
        page.click(".conversation .icon-button")
        page.click("[role=menuitem]:has-text('Delete')")
        page.wait_for_selector(".empty-list")
        page.click(".notice >> text=Undo")
        page.wait_for_selector(".conversation .open:has-text('Stones')")
        visitor.check()

    def files_bring_everything_back(self) -> None:
        visitor = self.visitor()
        visitor.limit(12)
        visitor.ask(QUESTION)
        before = visitor.texts()
        for kind in ("JSON", "Markdown"):
            page = visitor.page
            page.hover(".conversation")
            page.click(".conversation .icon-button")
            with page.expect_download() as download:
                page.click(f"[role=menuitem]:has-text('Export as {kind}')")
            other = self.visitor()
            other.page.click(".sidebar-foot [aria-label=More]")
            with other.page.expect_file_chooser() as chooser:
                other.page.click("[role=menuitem]:has-text('Import')")
            path = download.value.path()
            chooser.value.set_files({
                "name": download.value.suggested_filename, "mimeType": "text/plain", "buffer": Path(path).read_bytes()})
            other.page.wait_for_selector(".notice:has-text('imported')")
            assert [text for _, text in other.texts()] == [text for _, text in before], kind
            other.check()
            other.close()
        visitor.check()

    def two_models_are_compared(self) -> None:
        visitor = self.visitor()
        page = visitor.page
        visitor.limit(40)
        page.click(".sidebar-actions button:has-text('Compare')")
        visitor.ask(QUESTION)
        names = page.locator(".side-name").all_inner_texts()
        assert names == ["Answer A", "Answer B"], names
        models = {request["model"] for request in visitor.requests[-2:]}
        assert len(models) == 2, models
        sides = page.inner_text(".sides")
        assert not any(model in sides for model in models), "a blind round shows a name"
        visitor.picture(self.screenshots, "compare")
        page.click("[data-outcome=left]")
        page.wait_for_selector(".side[data-won=true]")
        names = [name.split("\n")[0] for name in page.locator(".side-name").all_inner_texts()]
        assert set(names) == models, names
        visitor.picture(self.screenshots, "voted")
        page.click(".sidebar-actions button:has-text('Table')")
        page.wait_for_selector(".ranking tbody tr")
        assert page.inner_text(".ranking tbody tr th") == names[0]
        visitor.picture(self.screenshots, "votes")
        visitor.check()

    def a_schema_holds(self) -> None:
        visitor = self.visitor()
        visitor.limit(60)
        visitor.open_panel()
        visitor.page.select_option("#panel [data-key=form]", "json_schema")
        visitor.page.fill("#panel [data-key=schema]", json.dumps({
            "type": "object", "properties": {"size": {"enum": ["small", "large"]}}, "required": ["size"],
            "additionalProperties": False}))
        visitor.picture(self.screenshots, "panel")
        visitor.close_panel()
        visitor.ask("How large is the sea?")
        answer = json.loads(visitor.page.inner_text(".assistant pre"))
        assert answer["size"] in ("small", "large"), answer
        visitor.check()

    def both_languages_both_colours_and_a_phone(self) -> None:
        sizes = {"desktop": (1280, 860), "phone": (390, 844), "narrow": (320, 640)}
        for locale, question in (("en-US", QUESTION), ("zh-CN", "墨是什么？")):
            for scheme in ("light", "dark"):
                for place, (width, height) in sizes.items():
                    visitor = self.visitor(width=width, height=height, scheme=scheme, locale=locale)
                    visitor.limit(60)
                    name = f"{locale[:2]}-{scheme}-{place}"
                    visitor.picture(self.screenshots / "looks", f"{name}-welcome")
                    visitor.ask(question)
                    visitor.assert_fits(name)
                    assert visitor.page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-Hans"}[locale[:2]]
                    visitor.picture(self.screenshots / "looks", name)
                    visitor.check()
                    visitor.close()

    def language_and_colours_are_chosen(self) -> None:
        visitor = self.visitor()
        page = visitor.page
        light = visitor.colour()
        page.click(".language")
        page.wait_for_selector("html[lang=zh-Hans]")
        assert page.get_attribute("#draft", "placeholder") == "写点什么"
        for _ in range(2):
            page.click(".sidebar-foot .icon-button >> nth=0")
        assert page.get_attribute("html", "data-theme") == "dark" and visitor.colour() != light
        visitor.open()
        assert page.get_attribute("html", "lang") == "zh-Hans", "the language was forgotten"
        assert page.get_attribute("html", "data-theme") == "dark", "the colours were forgotten"
        visitor.check()

    def a_phone_reaches_everything(self) -> None:
        visitor = self.visitor(width=360, height=740)
        page = visitor.page
        visitor.limit(60)
        visitor.ask("Write a table with many columns, and some code.")
        for step in ("Compare two models", "Table of votes"):
            page.click(".menu-button")
            page.click(f".sidebar-actions button:has-text('{step}')")
            page.wait_for_selector(f"h1:has-text('{step}')")
            visitor.assert_fits(step)
        page.click(".menu-button")
        visitor.picture(self.screenshots, "phone-sidebar")
        page.click(".conversation .open")
        visitor.open_panel()
        visitor.assert_fits("panel")
        visitor.picture(self.screenshots, "phone-panel")
        page.keyboard.press("Escape")
        assert page.is_hidden("#panel")
        visitor.check()

    def the_keyboard_is_enough(self) -> None:
        visitor = self.visitor()
        page = visitor.page
        page.keyboard.type("one")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("two")
        assert page.input_value("#draft") == "one\ntwo"
        page.fill("#draft", "zhong")
        # What a browser tells of Enter while an input method offers letters: it chooses one of them.
        page.evaluate(
            """() => document.getElementById("draft").dispatchEvent(
              new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))""")
        assert page.get_attribute("body", "data-answering") == "false", "Enter of an input method sent the message"
        page.fill("#draft", "")
        page.focus("#thread")
        page.keyboard.press("?")
        page.wait_for_selector("dialog[open]")
        visitor.picture(self.screenshots, "keys")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")
        page.keyboard.press("/")
        assert page.evaluate("() => document.activeElement.id") == "draft"
        page.keyboard.press("Control+.")
        page.wait_for_selector("#panel")
        page.keyboard.press("Escape")
        assert page.is_hidden("#panel")
        page.keyboard.press("Control+b")
        assert page.get_attribute("body", "data-sidebar") == "closed"
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll("button, input, select, textarea")]
              .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.length
                || element.type === "file"))
              .map((element) => element.outerHTML.slice(0, 80))""")
        assert not unnamed, f"controls without a name: {unnamed}"
        visitor.check()
