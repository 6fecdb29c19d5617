"""Accuracy and confusion of the model in the box, on held-out and on foreign pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .labels import LABELS


@dataclass(frozen=True)
class Score:
    """Truth against answer.

    Attributes
    ----------
    names
        What each picture is.
    truth, answer
        Class indices [N].
    """

    names: list[str]
    truth: NDArray[np.int64]
    answer: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float((self.truth == self.answer).mean())

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Counts [truth, answer]."""
        table = np.zeros((len(LABELS), len(LABELS)), np.int64)
        np.add.at(table, (self.truth, self.answer), 1)
        return table

    def part(self, keep: Sequence[bool]) -> Score:
        """Return the score on some of the pictures."""
        at = np.flatnonzero(keep)
        return Score([self.names[k] for k in at], self.truth[at], self.answer[at])

    def mistakes(self) -> list[str]:
        """One line a wrong answer: the picture and what it was taken for."""
        wrong = np.flatnonzero(self.truth != self.answer)
        return [
            f"{self.names[k]}: {LABELS[self.truth[k]]} taken for {LABELS[self.answer[k]]}"
            for k in wrong
        ]


def table(result: Score) -> str:
    """Markdown: one row a class with its pictures, recall and most frequent confusions."""
    rows = ["| class | pictures | right | taken for |", "|---|---:|---:|---|"]
    for k, counts in enumerate(result.confusion):
        total = int(counts.sum())
        if not total:
            continue
        wrong = [(int(n), LABELS[j]) for j, n in enumerate(counts) if n and j != k]
        listed = ", ".join(f"{label} {n}" for n, label in sorted(wrong, reverse=True)[:4])
        rows.append(f"| {LABELS[k]} | {total} | {100 * counts[k] / total:.1f} % | {listed} |")
    return "\n".join(rows)
