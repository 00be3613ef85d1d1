"""Questions about the pages of a handbook: the titles of their sections, without numbers. Started by `retrieval`."""

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


def main() -> None:
    pages, target = Path(sys.argv[1]), Path(sys.argv[2])
    for language in ("zh-CN", "en-US"):
        with (target / f"{language}.jsonl").open("w", encoding="utf-8") as output:
            for page in sorted((pages / language).glob("*.html")):
                if not (pages / "zh-CN" / page.name).exists():
                    continue
                for title in titles(page)[:6]:
                    if len(title) >= 4:
                        output.write(json.dumps({"question": title, "document": page.name}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
