"""Questions whose right document is known. Started by `retrieval`.

Of a handbook: the titles of its sections, without numbers, in two languages, and the page that has them. Of an FAQ: its
questions in two languages, and the answers in Chinese without their questions, each a file of its own.
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

TITLE = re.compile(r'<h[1-6] class="title"[^>]*>(.*?)</h[1-6]>', re.S)
NUMBER = re.compile(r"^(第\s*\d+\s*章|Chapter\s*\d+\.?|[\d.]+|附录\s*\w+|Appendix\s*\w+\.?)\s*")


def titles(page: Path) -> list[str]:
    plain = (html.unescape(re.sub(r"<[^>]+>", "", title)) for title in TITLE.findall(page.read_text("utf-8")))
    return [NUMBER.sub("", " ".join(title.split())).strip(" .。") for title in plain]


SECTION = re.compile(r'<h2 class="title"[^>]*><a id="([^"]+)"></a>(.*?)</h2>', re.S)


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def answers(page: Path) -> dict[str, tuple[str, str]]:
    """Question and answer by the section's name, which is the same in every language."""
    parts = SECTION.split(page.read_text("utf-8"))
    found = {}
    for name, title, body in zip(parts[1::3], parts[2::3], parts[3::3]):
        body = body.split('<div class="navfooter"')[0]
        found[name] = (NUMBER.sub("", plain(title)), plain(body))
    return found


def write_faq(pages: Path, target: Path) -> None:
    questions: dict[str, list[str]] = {"zh-CN": [], "en-US": []}
    (target / "answers").mkdir()
    for page in sorted((pages / "zh-cn").glob("*.zh-cn.html")):
        other = pages / page.name.replace(".zh-cn.", ".en.")
        english = answers(other) if other.exists() else {}
        for name, (question, answer) in answers(page).items():
            if len(question) < 4 or len(answer) < 40:
                continue
            (target / "answers" / f"{name}.txt").write_text(answer + "\n", "utf-8")
            questions["zh-CN"].append(json.dumps({"question": question, "document": f"{name}.txt"}, ensure_ascii=False))
            if name in english:
                questions["en-US"].append(json.dumps({"question": english[name][0], "document": f"{name}.txt"}))
    for language, lines in questions.items():
        (target / f"faq-{language}.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")


def write_titles(pages: Path, target: Path) -> None:
    for language in ("zh-CN", "en-US"):
        with (target / f"{language}.jsonl").open("w", encoding="utf-8") as output:
            for page in sorted((pages / language).glob("*.html")):
                if not (pages / "zh-CN" / page.name).exists():
                    continue
                for title in titles(page)[:6]:
                    if len(title) >= 4:
                        output.write(json.dumps({"question": title, "document": page.name}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    {"titles": write_titles, "faq": write_faq}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
