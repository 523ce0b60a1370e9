"""Which promises of docs/seed-checklist.md are answered by a test or a benchmark, and which are still open.

A script, run by `./dev seeds`; `tests/packaging/test_seed_checklist.py` uses its functions to refuse unknown ids. It
only reads text: an id is answered where a file under tests/ names it, alone (S1-2) or in a range (S3-12…15).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMISE = re.compile(r"^- (S\d-\d+): (.+)$", re.MULTILINE)
NAMED = re.compile(r"\b(S\d)-(\d+)(?:…(\d+))?")
ABOUT_IDS = frozenset({"seed_checklist.py", "test_seed_checklist.py"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How the checklist stands: each promise's sentence, and for each id the files that name it."""

    promises: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]

    @property
    def open(self) -> tuple[str, ...]:
        """Promised, and named by no test."""
        return tuple(name for name in self.promises if name not in self.answers)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Named by a test, and never promised."""
        return tuple(sorted(name for name in self.answers if name not in self.promises))


def named_ids(text: str) -> Iterator[str]:
    """Every id in the text, ranges spelled out."""
    for document, first, last in NAMED.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{document}-{number}"


def read_standing(root: Path) -> Standing:
    """Read the checklist and everything under tests/ of a checkout."""
    promises = dict(PROMISE.findall((root / "docs" / "seed-checklist.md").read_text(encoding="utf-8")))
    answers: dict[str, tuple[str, ...]] = {}
    for path in sorted((root / "tests").rglob("*.py")):
        if path.name in ABOUT_IDS:
            continue
        for name in dict.fromkeys(named_ids(path.read_text(encoding="utf-8"))):
            answers[name] = (*answers.get(name, ()), str(path.relative_to(root)))
    return Standing(promises, answers)


def describe(standing: Standing) -> Iterator[str]:
    """The lines that a person reads."""
    yield f"answered ({len(standing.promises) - len(standing.open)} of {len(standing.promises)})"
    for name in standing.promises:
        if name in standing.answers:
            yield f"  {name:<6} {', '.join(standing.answers[name])}"
    yield f"open ({len(standing.open)})"
    for name in standing.open:
        yield f"  {name:<6} {standing.promises[name]}"
    for name in standing.unknown:
        yield f"unknown id {name} in {', '.join(standing.answers[name])}"


def main() -> int:
    """Print the standing; 1 where a test names an id that nobody promised."""
    standing = read_standing(ROOT)
    print("\n".join(describe(standing)))
    return 1 if standing.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
