"""What this machine is, what it can do at most, and whether something else is using it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

PROBE = """
import json, threading, time
import numpy as np
threads = int({threads})
source = np.ones(64 << 20, np.float32)
target = np.empty_like(source)
pieces, targets = np.array_split(source, threads), np.array_split(target, threads)

def best(work, arguments):
    shortest = 1e9
    for _ in range(5):
        workers = [threading.Thread(target=work, args=each) for each in arguments]
        start = time.perf_counter()
        for worker in workers: worker.start()
        for worker in workers: worker.join()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest

read = source.nbytes / best(lambda piece: piece.view(np.int32).max(), [(piece,) for piece in pieces]) / 1e9
copy = 2 * source.nbytes / best(np.copyto, list(zip(targets, pieces))) / 1e9
matrix = np.random.default_rng(0).random((1536, 1536), dtype=np.float32)
shortest = 1e9
for _ in range(6):
    start = time.perf_counter()
    matrix @ matrix
    shortest = min(shortest, time.perf_counter() - start)
print(json.dumps({{"read": read, "copy": copy, "matrix": 2 * 1536 ** 3 / shortest / 1e9}}))
"""


def description() -> str:
    """Processor, cores and system in one line."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def limits(threads: int) -> dict[str, float]:
    """GB/s read and copied, and GFLOP/s of a float32 matrix product (numpy), with so many threads."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    finished = subprocess.run(
        [sys.executable, "-c", PROBE.format(threads=threads)],
        env=environment, capture_output=True, text=True, check=True,
    )
    answer: dict[str, float] = json.loads(finished.stdout)
    return answer


class Watch:
    """Processor time that other processes use between two points, as a share of one core.

    What this process, its children that ended and the given running processes use does not count.
    """

    def __init__(self, running: tuple[int, ...] = ()) -> None:
        self._running = running
        self._start = self._now()

    def _now(self) -> tuple[float, float, float]:
        ticks = os.sysconf("SC_CLK_TCK")
        fields = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
        busy = (sum(fields) - fields[3] - fields[4]) / ticks
        times = os.times()
        own = times.user + times.system + times.children_user + times.children_system
        for process in self._running:
            # After the name in brackets, which may hold anything: fields 14 and 15 are the times in user and system mode.
            fields_of_one = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            own += (int(fields_of_one[11]) + int(fields_of_one[12])) / ticks
        return busy, own, time.monotonic()

    def share(self) -> float:
        busy, own, now = (after - before for after, before in zip(self._now(), self._start))
        return max(0.0, busy - own) / max(1e-3, now)


def can_watch() -> bool:
    """Whether this system tells how busy it is (Linux does)."""
    return Path("/proc/stat").exists()
