"""Walks over the page in a browser without a window; see ../test-page."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
import traceback
from pathlib import Path

from playwright.sync_api import sync_playwright

from knowledge_steps import KnowledgeSteps
from model_steps import ModelSteps
from scripted_steps import ScriptedSteps
from serving import served


def steps_of(group: object) -> list[tuple[str, object]]:
    """The public methods of a group that take nothing, in the order they are written."""
    helpers = ("visitor", "streaming")
    names = [name for name in type(group).__dict__ if not name.startswith("_") and name not in helpers]
    return [(name, getattr(group, name)) for name in names]


def main() -> int:
    parser = argparse.ArgumentParser(prog="Scripts/test-page")
    parser.add_argument("models", nargs="*", default=[])
    parser.add_argument("--url", help="a server that runs already")
    parser.add_argument("--only", help="steps whose name contains this")
    parser.add_argument("--program", required=True)
    parser.add_argument("--chromium", required=True)
    parser.add_argument("--screenshots", type=Path, required=True)
    options = parser.parse_args()
    options.screenshots.mkdir(parents=True, exist_ok=True)
    running = (
        contextlib.nullcontext(options.url.rstrip("/"))
        if options.url
        else served(options.program, options.models or ["smollm2-135m"], options.screenshots.parent / "server.log")
    )
    # Chromium's sandbox refuses to run as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    failed = 0
    with running as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=arguments)
        for kind in (ScriptedSteps, ModelSteps, KnowledgeSteps):
            group = kind(browser, url, options.screenshots)
            for name, step in steps_of(group):
                if options.only and options.only not in name:
                    continue
                began = time.monotonic()
                try:
                    step()
                    print(f"ok      {name.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
                except Exception:  # noqa: BLE001 -- every step runs, and what went wrong in one is shown.
                    failed += 1
                    print(f"FAILED  {name.replace('_', ' ')}\n{traceback.format_exc()}", flush=True)
        browser.close()
    print(f"{failed} failed; pictures in {options.screenshots}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
