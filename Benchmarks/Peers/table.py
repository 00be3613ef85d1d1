"""The table that the comparison prints."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field


@dataclass
class Row:
    """One line: samples of both sides and how they compare."""

    part: str
    what: str
    unit: str
    ours: list[float]
    peer: list[float]
    higher_is_better: bool = True
    at_least: float | None = None
    aim: float | None = None
    note: str = ""
    disturbed: float = 0.0
    extra: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Above 1: ours is better."""
        if not self.ours or not self.peer:
            return None
        ours, peer = statistics.median(self.ours), statistics.median(self.peer)
        if min(ours, peer) <= 0:
            return None
        return ours / peer if self.higher_is_better else peer / ours

    def cells(self) -> list[str]:
        verdict = ""
        if self.ratio is not None and self.at_least is not None:
            reached_aim = self.aim is not None and self.ratio >= self.aim
            verdict = "aim" if reached_aim else "yes" if self.ratio >= self.at_least else "no"
        notes = [self.note] if self.note else []
        if self.disturbed > 0.08:
            notes.append(f"disturbed: others used {self.disturbed:.0%} of a core")
        return [
            self.what,
            number(self.ours),
            number(self.peer),
            self.unit,
            "-" if self.ratio is None else f"{self.ratio:.2f}",
            "-" if self.at_least is None else f"{self.at_least:g}",
            "-" if self.aim is None else f"{self.aim:g}",
            verdict,
            "; ".join(notes),
        ]


HEADER = ["what", "ours", "peer", "unit", "ratio", "at least", "aim", "reached", ""]
LEFT = {0, 3, 7, 8}


def number(samples: list[float]) -> str:
    """The median with three or four digits that mean something."""
    if not samples:
        return "-"
    value = statistics.median(samples)
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def aligned(rows: list[list[str]]) -> str:
    """Rows of cells as text in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column in LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def rendered(rows: list[Row]) -> str:
    """The whole table."""
    return aligned([HEADER, *(row.cells() for row in rows)])
