#!/usr/bin/env python3
"""Questions and passages of Debian's manuals, for training a reranker.

  Scripts/manual-pairs.py FOLDER... > pairs.jsonl

Reads the HTML pages of Debian Reference and Debian's FAQ, English and Chinese, below the folders. The title of a
section is a question, its text the passage that answers it; sections of both languages have the same anchors, so that
an English title also asks for the Chinese text. Every pair is followed by three that do not belong together: the two
other sections whose words are most like the title's, and one drawn at random. Records have `text`, `text_pair` and
`score`: 1 where they belong together, 0 elsewhere. The same pages give the same bytes.
"""

from __future__ import annotations

import html
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HEADING = re.compile(r'<h([1-4])[^>]*class="title"[^>]*>\s*(?:<a id="([^"]+)"\s*/?>(?:</a>)?)?(.*?)</h\1>', re.S)
NUMBER = re.compile(r"^(第\s*\d+\s*章|Chapter\s*\d+\.?|附录\s*\w+|Appendix\s*\w+\.?|[\d.]+)\s*")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.S)
RUNS = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]")
LONGEST = 600


def plain(markup: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", markup)).split())


def terms(text: str) -> list[str]:
    """Words, and Chinese characters with their neighbours."""
    found = RUNS.findall(text.lower())
    pairs = [a + b for a, b in zip(found, found[1:]) if a > "\u3000" and b > "\u3000"]
    return found + pairs


def sections(page: Path) -> list[tuple[str, str, str]]:
    """Anchor, title and text of every section of a page."""
    text = page.read_text("utf-8", errors="replace")
    headings = list(HEADING.finditer(text))
    found = []
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(text)
        title = NUMBER.sub("", plain(heading.group(3))).strip(" .。")
        body = plain(text[heading.end() : end])
        if heading.group(2) and len(title) >= 4 and len(body) >= 80:
            found.append((heading.group(2), title, body[:LONGEST]))
    return found


def read(folders: list[str]) -> dict[str, dict[str, tuple[str, str]]]:
    """Sections by language and anchor."""
    by_language: dict[str, dict[str, tuple[str, str]]] = {"en": {}, "zh": {}}
    for folder in folders:
        for page in sorted(Path(folder).rglob("*.html")):
            if page.name.endswith(".zh-cn.html"):
                language = "zh"
            elif page.name.endswith(".en.html"):
                language = "en"
            else:
                continue
            for anchor, title, body in sections(page):
                by_language[language].setdefault(anchor, (title, body))
    return by_language


class Likeness:
    """Which sections' texts share the rarest words with a title."""

    def __init__(self, texts: dict[str, str]):
        self.weights: dict[str, float] = {}
        self.places: dict[str, list[str]] = defaultdict(list)
        for anchor, text in texts.items():
            for term in set(terms(text)):
                self.places[term].append(anchor)
        for term, places in self.places.items():
            self.weights[term] = math.log(1 + len(texts) / len(places))

    def nearest(self, title: str, beside: str, count: int) -> list[str]:
        scores: Counter[str] = Counter()
        for term in sorted(set(terms(title))):
            for anchor in self.places.get(term, ()):
                scores[anchor] += self.weights[term]
        del scores[beside]
        return [anchor for anchor, _ in sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))[:count]]


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    found = read(sys.argv[1:])
    drawn = random.Random(7)
    records = []
    for asked, answered in (("zh", "zh"), ("en", "en"), ("en", "zh")):
        texts = {anchor: body for anchor, (_, body) in found[answered].items()}
        likeness, anchors = Likeness(texts), sorted(texts)
        for anchor, (title, _) in found[asked].items():
            if anchor not in texts:
                continue
            # Titles of another language are like nothing here but names; those of the same anchor help out.
            own = found[answered][anchor][0]
            others = likeness.nearest(own, anchor, 2) + [drawn.choice(anchors)]
            group = [{"text": title, "text_pair": texts[anchor], "score": 1}]
            group += [{"text": title, "text_pair": texts[other], "score": 0} for other in others if other != anchor]
            records.append(group)
    drawn.shuffle(records)
    for group in records:
        for record in group:
            print(json.dumps(record, ensure_ascii=False))
    print(f"{sum(map(len, records))} pairs of {len(records)} questions", file=sys.stderr)
    return 0 if records else 1


if __name__ == "__main__":
    sys.exit(main())
