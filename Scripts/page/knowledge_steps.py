"""Steps over knowledge bases: documents that the server reads, and answers that come from them."""

from __future__ import annotations

import contextlib
import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import APIRequestContext, Browser, Route

from visitor import Visitor

ENGLISH = """# Inks

## Soot ink

Soot ink is made of soot and glue. 🖋️ It was ground on a stone.

## Iron gall ink

Iron gall ink is made of oak galls and iron salt. It darkens on the paper.
"""
CHINESE = """# 文房

## 砚台

砚台是磨墨用的石头。端砚产于广东肇庆。

## 毛笔

毛笔用羊毫或狼毫制成。
"""
QUOTE = "端砚产于广东肇庆。"
NAMES = (f"walk-{number}" for number in itertools.count(1))


class KnowledgeSteps:
    def __init__(self, browser: Browser, url: str, screenshots: Path) -> None:
        self.browser, self.url, self.screenshots = browser, url, screenshots

    def visitor(self, **options) -> Visitor:
        return Visitor(self.browser, self.url, **options)

    @contextlib.contextmanager
    def _base(self, documents: dict[str, str]) -> Iterator[str]:
        """A base with documents, which is gone afterwards."""
        name = next(NAMES)
        with contextlib.closing(self.browser.new_context()) as context:
            api = context.request
            assert api.post(f"{self.url}/v1/knowledge", data={"name": name}).ok, "the base could not be made"
            try:
                for document, text in documents.items():
                    self._add(api, name, document, text)
                yield name
            finally:
                api.delete(f"{self.url}/v1/knowledge/{name}")

    def _add(self, api: APIRequestContext, name: str, document: str, text: str) -> None:
        file = {"name": document, "mimeType": "text/markdown", "buffer": text.encode()}
        answer = api.post(f"{self.url}/v1/knowledge/{name}/documents", multipart={"file": file})
        assert answer.ok, answer.text()

    def _enter(self, visitor: Visitor, name: str | None = None) -> None:
        if not visitor.page.is_visible("#sidebar"):
            visitor.page.click(".menu-button")
        visitor.page.click(".sidebar-actions button:has(.icon) >> nth=1")
        visitor.page.wait_for_selector("#knowledge h2")
        if name:
            visitor.page.click(f"#knowledge .card-open:has-text('{name}')")
            visitor.page.wait_for_selector(".drop-zone")

    def _choose(self, visitor: Visitor, name: str) -> None:
        visitor.page.wait_for_selector(f".source-select option[value='{name}']", state="attached")
        visitor.page.select_option(".source-select select", name)

    def _answering(self, name: str, answer: dict):
        """Answers questions to the base as written here; everything else goes to the server."""

        def prepare(visitor: Visitor) -> None:
            def asked(route: Route) -> None:
                visitor.requests.append(json.loads(route.request.post_data))
                words = answer["answer"].split(" ")
                events = [("searching", {"questions": ["q"]}), ("found", {"passages": []})]
                events += [("text", {"text": word if at == 0 else f" {word}"}) for at, word in enumerate(words)]
                events.append(("answer", {"object": "knowledge.answer", "knowledge": name, "searched": None, **answer}))
                body = "".join(f"event: {event}\ndata: {json.dumps(data)}\n\n" for event, data in events)
                route.fulfill(body=body, content_type="text/event-stream")

            visitor.context.route(f"**/v1/knowledge/{name}/ask", asked)

        return prepare

    def _citing(self, api: APIRequestContext, name: str) -> dict:
        """An answer with one sentence that has a source and one that has none."""
        document = api.get(f"{self.url}/v1/knowledge/{name}/documents/notes%2F文房.md").json()
        piece = next(piece for piece in document["pieces"] if QUOTE in piece["text"])
        citation = {
            "document": document["id"],
            "sha256": document["sha256"],
            "start": piece["start"],
            "end": piece["end"],
            "page": None,
            "headings": piece["headings"],
            "score": 0.5,
            "text": piece["text"],
            "quote": QUOTE,
        }
        return {
            "question": "端砚产于哪里？",
            "outcome": "answered",
            "answer": f"**{QUOTE}**\n\n- 它很贵。\n\n```\ncode\n```",
            "citations": [citation],
            "supported": [
                {"sentence": f"**{QUOTE}**", "supported": True, "citations": [0]},
                {"sentence": "- 它很贵。", "supported": False, "citations": []},
            ],
        }

    def a_base_is_made_filled_searched_and_deleted(self) -> None:
        visitor = self.visitor(expected_errors=("400",))
        page = visitor.page
        name = next(NAMES)
        self._enter(visitor)
        page.fill(".new-base [name=name]", "not a name")
        page.press(".new-base [name=name]", "Enter")
        page.wait_for_selector(".new-base .form-problem:visible")
        assert "letters" in page.inner_text(".new-base .form-problem")
        page.fill(".new-base [name=name]", name)
        page.press(".new-base [name=name]", "Enter")
        page.wait_for_selector(f"#knowledge h2:has-text('{name}')")
        with page.expect_file_chooser() as chooser:
            page.click(".drop-zone button")
        chooser.value.set_files(
            [
                {"name": "inks.md", "mimeType": "text/markdown", "buffer": ENGLISH.encode()},
                {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing"},
                {"name": "文房.md", "mimeType": "text/markdown", "buffer": CHINESE.encode()},
            ]
        )
        page.wait_for_function(
            "() => document.querySelectorAll('.upload:is([data-state=done], [data-state=failed])').length === 3"
        )
        assert "broken.pdf" in page.inner_text(".upload[data-state=failed] .form-problem")
        assert page.locator(".upload[data-state=done]").count() == 2, "one bad file kept the others from going on"
        page.wait_for_selector(".documents .card >> nth=1")
        visitor.picture(self.screenshots, "knowledge-uploads")
        for mode in ("keyword", "vector", "hybrid"):
            page.select_option(".search-form select", mode)
            page.fill(".search-form input", "oak galls")
            page.press(".search-form input", "Enter")
            page.wait_for_selector(".base-search [aria-busy=false] .piece")
        assert "galls" in page.locator(".piece mark").all_inner_texts()
        assert "Iron gall ink" in page.inner_text(".piece .headings >> nth=0")
        visitor.picture(self.screenshots, "knowledge-search")
        page.click(".documents li[data-id='inks.md'] [aria-label^=Delete]")
        page.click("dialog .button.primary")
        page.wait_for_selector(".documents li[data-id='inks.md']", state="detached")
        page.click(".back")
        page.click(f".card:has-text('{name}') [aria-label^=Delete]")
        page.click("dialog .button.quiet")
        assert page.is_visible(f".card:has-text('{name}')"), "it was deleted although nobody agreed"
        page.click(f".card:has-text('{name}') [aria-label^=Delete]")
        page.click("dialog .button.primary")
        page.wait_for_selector(f".card:has-text('{name}')", state="detached")
        visitor.check()

    def files_are_dropped(self) -> None:
        with self._base({}) as name:
            visitor = self.visitor()
            page = visitor.page
            self._enter(visitor, name)
            page.evaluate(
                """(text) => {
                  const dataTransfer = new DataTransfer();
                  for (const name of ["one.md", "two.md"]) dataTransfer.items.add(new File([`${text} ${name}`], name));
                  const part = document.querySelector(".knowledge");
                  for (const type of ["dragenter", "dragover", "drop"])
                    part.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
                }""",
                ENGLISH,
            )
            page.wait_for_selector(".documents .card >> nth=1")
            assert page.get_attribute(".drop-zone", "data-over") == "false"
            assert page.locator(".documents .card-name").all_inner_texts() == ["one.md", "two.md"]
            visitor.check()

    def a_folder_is_chosen(self) -> None:
        with self._base({}) as name, tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "notes"
            (notes / "old").mkdir(parents=True)
            (notes / ".git").mkdir()
            for file, text in {"inks.md": ENGLISH, "old/文房.md": CHINESE, ".git/config": "x"}.items():
                (notes / file).write_text(text)
            visitor = self.visitor()
            page = visitor.page
            self._enter(visitor, name)
            with page.expect_file_chooser() as chooser:
                page.click(".drop-zone button:has-text('folder')")
            chooser.value.set_files(notes)
            page.wait_for_selector(".documents .card >> nth=1")
            assert page.locator(".documents .card-name").all_inner_texts() == ["notes/inks.md", "notes/old/文房.md"]
            page.wait_for_selector(".notice:has-text('Hidden files')")
            visitor.check()

    def documents_stay_text(self) -> None:
        hostile = "<img src=x onerror=window.harmed=1>.md"
        text = f"# <script>window.harmed=2</script>\n\n{hostile} ink [a](javascript:window.harmed=3)\n"
        with self._base({}) as name:
            visitor = self.visitor()
            page = visitor.page
            added = {"name": hostile, "text": text, "media_type": "text/html"}
            answer = visitor.context.request.post(f"{self.url}/v1/knowledge/{name}/documents", data=added)
            assert answer.ok, answer.text()
            self._enter(visitor, name)
            page.fill(".search-form input", "ink")
            page.press(".search-form input", "Enter")
            page.wait_for_selector(".piece")
            page.click(".documents .card-open")
            page.wait_for_selector(".piece")
            page.click(".piece-name")
            page.wait_for_selector("dialog mark")
            page.keyboard.press("Escape")
            assert page.evaluate("() => window.harmed") is None, "a document ran something"
            assert page.locator("#knowledge :is(img, script, a)").count() == 0
            page.click(".back")
            page.click(".documents [aria-label^=Delete]")
            page.click("dialog .button.primary")
            page.wait_for_selector(".documents .card", state="detached")
            visitor.check()

    def uploads_show_their_progress_and_are_cancelled(self) -> None:
        with self._base({}) as name:
            visitor = self.visitor()
            page = visitor.page
            self._enter(visitor, name)
            slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
            visitor.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
            page.evaluate(
                """() => {
                  window.shares = new Set();
                  const note = () => window.shares.add(document.querySelector(".upload progress")?.value);
                  new MutationObserver(note).observe(document.querySelector(".uploads"),
                    { subtree: true, childList: true, attributes: true });
                }"""
            )
            # Blank lines are many bytes to send and nothing to embed.
            text = (ENGLISH + "\n" * 1_000_000).encode()
            files = [{"name": f"{at}.md", "mimeType": "text/markdown", "buffer": text} for at in (1, 2)]
            page.set_input_files("#knowledge input[type=file] >> nth=0", files)
            page.click(".upload[data-state=waiting] button")
            page.wait_for_selector(".upload[data-state=cancelled]")
            page.wait_for_selector(".upload[data-state=done]")
            shares = page.evaluate("() => [...window.shares].filter((share) => share > 0 && share < 1)")
            assert len(shares) > 2, f"the progress was shown in {len(shares)} steps"
            page.click(".upload[data-state=cancelled] [aria-label^=Send]")
            page.wait_for_selector(".upload[data-state=sending] progress")
            page.click(".upload[data-state=sending] button")
            page.wait_for_selector(".upload[data-state=cancelled]")
            page.click("#knowledge button:has-text('Clear the list')")
            assert page.locator(".upload").count() == 0
            page.wait_for_timeout(500)
            assert page.locator(".documents .card-name").all_inner_texts() == ["1.md"], "a cancelled file was added"
            visitor.check()

    def a_document_shows_its_pieces_at_their_places(self) -> None:
        with self._base({"notes/inks.md": ENGLISH}) as name:
            visitor = self.visitor()
            page = visitor.page
            self._enter(visitor, name)
            page.click(".documents .card-open")
            piece = page.locator(".piece", has_text="oak galls")
            piece.wait_for()
            visitor.picture(self.screenshots, "knowledge-pieces")
            said = page.evaluate("(piece) => piece.querySelector('.plain').textContent", piece.element_handle())
            piece.locator(".piece-name").click()
            page.wait_for_selector("dialog mark")
            marked = page.evaluate("() => document.querySelector('dialog mark').textContent")
            assert marked == said, (marked, said)
            assert "🖋️" in page.inner_text("dialog .plain"), "the document is not shown whole"
            assert page.locator("dialog [role=alert]").count() == 0
            page.keyboard.press("Escape")
            page.click(".back")
            page.wait_for_selector(".documents .card-open:focus")
            visitor.check()

    def answers_come_with_sources(self) -> None:
        with self._base({"inks.md": ENGLISH}) as name:
            visitor = self.visitor()
            page = visitor.page
            visitor.limit(60)
            self._choose(visitor, name)
            visitor.ask("What is iron gall ink made of?")
            page.wait_for_selector(".assistant .sources")
            assert page.locator(".assistant .sentence-mark").count() > 0, "no sentence is marked"
            assert name in page.inner_text(".sources .note")
            # The default model is small: the documents answer, under their own name.
            assert page.inner_text(".assistant .message-name") == name
            visitor.picture(self.screenshots, "knowledge-answer")
            visitor.check()

    def answers_quote_only(self) -> None:
        with self._base({"inks.md": ENGLISH}) as name:
            visitor = self.visitor()
            page = visitor.page
            self._choose(visitor, name)
            visitor.open_panel()
            assert name in page.inner_text("#panel .note")
            page.select_option("#panel [data-key=grounded]", "quotes")
            visitor.picture(self.screenshots, "knowledge-panel")
            visitor.close_panel()
            visitor.ask("What is iron gall ink made of?")
            page.wait_for_selector(".assistant .source")
            assert page.locator(".assistant .unsupported").count() == 0, "a quoted sentence has no source"
            page.click(".assistant .source")
            page.wait_for_selector("dialog mark.quote")
            assert page.locator("dialog [role=alert]").count() == 0, "an unchanged source is said to differ"
            page.keyboard.press("Escape")
            page.click(".sources-foot button")
            page.wait_for_selector(".verdict[data-verdict=intact]")
            assert page.locator(".verdict:not([data-verdict=intact])").count() == 0
            page.select_option(".source-select select", "")
            visitor.open_panel()
            assert page.locator("#panel [data-key=grounded]").count() == 0
            visitor.check()

    def searches_are_narrowed_and_widened(self) -> None:
        with self._base({"inks.md": ENGLISH, "notes/文房.md": CHINESE}) as name:
            visitor = self.visitor()
            page = visitor.page
            asked: list[dict] = []
            page.on("request", lambda request: "/search" in request.url and asked.append(request.post_data_json))
            self._enter(visitor, name)
            page.click(".search-more summary")
            page.fill(".search-more [data-key=filter]", "name")
            page.fill(".search-form input", "ink 砚台")
            page.press(".search-form input", "Enter")
            page.wait_for_selector(".notice:has-text('key=value')")
            assert page.get_attribute(".search-more [data-key=filter]", "aria-invalid") == "true"
            assert asked == [], "a filter with a wrong line was sent"
            page.fill(".search-more [data-key=filter]", "name=notes/*")
            page.press(".search-form input", "Enter")
            page.wait_for_selector(".base-search [aria-busy=false] .piece")
            assert set(page.locator(".piece-name bdi").all_inner_texts()) == {"notes/文房.md"}
            page.select_option(".search-more [data-key=expansion]", "decomposition")
            page.wait_for_function("() => document.querySelector('.base-search [aria-busy=false] .piece')", timeout=60_000)
            assert asked[-1]["filter"] == {"name": "notes/*"} and asked[-1]["expansion"] == "decomposition"
            assert "model" in asked[-1]
            visitor.picture(self.screenshots, "knowledge-search-more")
            page.click(".place-head .button.primary")
            visitor.open_panel()
            for key in ("expansion", "rerank", "filter"):
                assert page.is_visible(f"#panel [data-key={key}]"), f"no {key} where documents are asked"
            visitor.picture(self.screenshots, "knowledge-panel-search")
            visitor.check()

    def sources_open_and_are_checked(self) -> None:
        with self._base({"notes/文房.md": CHINESE}) as name:
            with contextlib.closing(self.browser.new_context()) as context:
                answer = self._citing(context.request, name)
            visitor = self.visitor(prepare=self._answering(name, answer))
            page = visitor.page
            self._choose(visitor, name)
            visitor.ask("端砚产于哪里？")
            assert visitor.requests[-1]["messages"] == [{"role": "user", "content": "端砚产于哪里？"}]
            assert page.inner_text(".assistant strong .sentence-mark") == "1"
            assert page.inner_text(".assistant li .unsupported") == "not in the documents"
            assert page.inner_text(".assistant pre") == "code"
            visitor.ask("再说一遍。")
            assert [message["role"] for message in visitor.requests[-1]["messages"]] == ["user", "assistant", "user"]
            page.click(".assistant >> nth=1 >> .sentence-mark >> nth=0")
            page.wait_for_selector("dialog mark")
            assert page.inner_text("dialog mark.quote") == QUOTE
            assert page.locator("dialog [role=alert]").count() == 0, "an unchanged source is said to differ"
            top = page.evaluate("() => document.querySelector('dialog .quote').getBoundingClientRect().top")
            assert 0 < top < 860, f"the quote is at {top}, outside of the window"
            visitor.picture(self.screenshots, "knowledge-source")
            page.keyboard.press("Escape")
            page.click(".assistant >> nth=1 >> .sources-foot button")
            page.wait_for_selector(".verdict[data-verdict=intact]")
            self._add(visitor.context.request, name, "other.md", ENGLISH)
            replaced = {"name": "notes/文房.md", "text": CHINESE.replace("广东", "广西"), "media_type": "text/markdown"}
            assert visitor.context.request.post(f"{self.url}/v1/knowledge/{name}/documents", data=replaced).ok
            page.click(".assistant >> nth=1 >> .sources-foot button")
            page.wait_for_selector(".verdict[data-verdict=file_changed]")
            page.click(".assistant >> nth=1 >> .source")
            page.wait_for_selector("dialog [role=alert]")
            assert QUOTE in page.inner_text("dialog blockquote") and "广西" in page.inner_text("dialog mark")
            visitor.picture(self.screenshots, "knowledge-changed")
            visitor.check()

    def sources_are_kept_and_exported(self) -> None:
        with self._base({"notes/文房.md": CHINESE}) as name:
            with contextlib.closing(self.browser.new_context()) as context:
                answer = self._citing(context.request, name)
            visitor = self.visitor(prepare=self._answering(name, answer))
            page = visitor.page
            self._choose(visitor, name)
            visitor.ask("端砚产于哪里？")
            before = visitor.words()
            visitor.open()
            page.wait_for_selector(".assistant .source")
            assert visitor.words() == before
            page.wait_for_selector(".source-select[data-chosen=true]")
            assert page.input_value(".source-select select") == name
            for kind in ("JSON", "Markdown"):
                page.hover(".conversation")
                page.click(".conversation .icon-button")
                with page.expect_download() as download:
                    page.click(f"[role=menuitem]:has-text('Export as {kind}')")
                other = self.visitor()
                other.page.click(".sidebar-foot [aria-label=More]")
                with other.page.expect_file_chooser() as chooser:
                    other.page.click("[role=menuitem]:has-text('Import')")
                content = Path(download.value.path()).read_bytes()
                file = {"name": download.value.suggested_filename, "mimeType": "text/plain", "buffer": content}
                chooser.value.set_files(file)
                other.page.wait_for_selector(".assistant .source")
                assert other.words() == before, kind
                other.page.click(".source")
                assert other.page.inner_text("dialog mark.quote") == QUOTE, kind
                other.check()
                other.close()
            visitor.check()

    def a_base_that_is_gone_is_said_to_be(self) -> None:
        with self._base({"inks.md": ENGLISH}) as name:
            visitor = self.visitor(expected_errors=("404",))
            self._choose(visitor, name)
        visitor.ask("What is ink?")
        assert visitor.page.get_attribute(".assistant", "data-state") == "failed"
        assert name in visitor.page.inner_text(".assistant [role=alert]")
        visitor.check()

    def a_server_without_knowledge_shows_none(self) -> None:
        def none(visitor: Visitor) -> None:
            error = {"message": "no knowledge", "type": "server_error", "code": "no_knowledge", "param": None}
            visitor.context.route("**/v1/knowledge", lambda route: route.fulfill(status=501, json={"error": error}))

        visitor = self.visitor(prepare=none, expected_errors=("501",))
        visitor.page.wait_for_timeout(300)
        assert visitor.page.locator("#sidebar button:has-text('Knowledge'):visible").count() == 0
        assert visitor.page.is_hidden(".source-select")
        assert visitor.page.locator(".notice").count() == 0
        visitor.check()

    def bases_are_reached_by_keyboard(self) -> None:
        with self._base({"inks.md": ENGLISH}) as name:
            visitor = self.visitor()
            page = visitor.page
            page.focus(".sidebar-actions button >> nth=1")
            page.keyboard.press("Enter")
            page.focus(f".card-open:has-text('{name}')")
            page.keyboard.press("Enter")
            page.wait_for_selector(".knowledge h2:focus")
            page.wait_for_selector(".documents .card")
            for _ in range(2):
                page.keyboard.press("Tab")
            page.keyboard.type("soot")
            page.keyboard.press("Enter")
            page.wait_for_selector(".piece")
            page.focus(".piece-name")
            page.keyboard.press("Enter")
            page.wait_for_selector("dialog .source-text:focus")
            page.keyboard.press("Escape")
            page.wait_for_selector(".piece-name:focus")
            unnamed = page.evaluate(
                """() => [...document.querySelectorAll("#knowledge :is(button, input, select)")]
                  .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim()
                    || element.labels?.length))
                  .map((element) => element.outerHTML.slice(0, 80))"""
            )
            assert not unnamed, f"controls without a name: {unnamed}"
            visitor.check()

    def knowledge_in_both_languages_both_colours_and_on_a_phone(self) -> None:
        sizes = {"desktop": (1280, 860), "phone": (390, 844), "narrow": (320, 640)}
        with self._base({"notes/文房.md": CHINESE, "inks.md": ENGLISH}) as name:
            with contextlib.closing(self.browser.new_context()) as context:
                answer = self._citing(context.request, name)
            for locale in ("en-US", "zh-CN"):
                for scheme in ("light", "dark"):
                    for size, (width, height) in sizes.items():
                        options = {"width": width, "height": height, "scheme": scheme, "locale": locale}
                        visitor = self.visitor(prepare=self._answering(name, answer), **options)
                        self._look(visitor, name, f"{locale[:2]}-{scheme}-{size}")
                        visitor.check()
                        visitor.close()

    def _look(self, visitor: Visitor, name: str, place: str) -> None:
        page, looks = visitor.page, self.screenshots / "looks"
        self._enter(visitor)
        visitor.assert_fits(place)
        visitor.picture(looks, f"{place}-bases")
        page.click(f"#knowledge .card-open:has-text('{name}')")
        page.fill(".search-form input", "砚台 soot ink")
        page.press(".search-form input", "Enter")
        page.wait_for_selector(".piece")
        visitor.assert_fits(place)
        visitor.picture(looks, f"{place}-base")
        page.click(".place-head .button")
        visitor.ask("端砚产于哪里？")
        page.wait_for_selector(".assistant .source")
        page.click(".sources-foot button")
        page.wait_for_selector(".verdict")
        visitor.assert_fits(place)
        visitor.picture(looks, f"{place}-sources")
        page.click(".source")
        page.wait_for_selector("dialog mark")
        visitor.assert_fits(place)
        visitor.picture(looks, f"{place}-source")
