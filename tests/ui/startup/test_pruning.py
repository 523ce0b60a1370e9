"""Which sessions go, and that no other one does."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.places import JOURNAL, OUTPUTS, Places, locate
from config.settings import Sessions
from ui.startup.pruning import DAY, MARK, Plan, Retention, plan, prune, prune_daily, survey

NOW = 1_000_000_000.0
LIMITS = Sessions(keep_days=90.0, keep_outputs_days=14.0, keep_bytes=1_000)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return locate({"HOME": str(tmp_path)})


def kept(name: str, days: float, size: int = 10, outputs: int = 0) -> Retention:
    return Retention(Path(name), NOW - days * DAY, size, outputs)


def keep(places: Places, name: str, days: float = 0.0, outputs: int = 0) -> Path:
    folder = places.session(name)
    (folder / OUTPUTS).mkdir(parents=True)
    (folder / JOURNAL).write_bytes(b"x" * 5_000)
    if outputs:
        (folder / OUTPUTS / "job.log").write_bytes(b"x" * outputs)
    aged(folder, days)
    return folder


def aged(folder: Path, days: float) -> None:
    for path in (folder / JOURNAL, folder):
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))


def names(found: tuple[Retention, ...]) -> list[str]:
    return [str(each.folder) for each in found]


def test_what_is_too_old_goes_outputs_sooner() -> None:
    chosen = plan([kept("new", 1, 20, 5), kept("older", 20, 20, 5), kept("old", 91, 20, 5)], LIMITS, NOW)
    assert (names(chosen.sessions), names(chosen.outputs), chosen.freed) == (["old"], ["older"], 25)


def test_while_all_is_too_large_the_oldest_outputs_go_first_and_then_the_oldest_sessions() -> None:
    every = [kept("a", 4, 700, 600), kept("b", 3, 700, 600), kept("c", 2, 700), kept("d", 1, 700)]
    assert names(plan(every[:2], LIMITS, NOW).outputs) == ["a"]
    chosen = plan(every, LIMITS, NOW)
    assert (names(chosen.outputs), names(chosen.sessions)) == ([], ["a", "b", "c"])


def test_the_last_session_stays_however_large_it_is() -> None:
    assert plan([kept("only", 1, 5_000)], LIMITS, NOW) == Plan()


@given(
    st.lists(st.tuples(st.floats(0, 200), st.integers(0, 900), st.integers(0, 100)), max_size=12),
    st.integers(1, 3_000),
)
def test_what_is_left_is_within_the_limits(sizes: list[tuple[float, int, int]], most: int) -> None:
    every = [kept(str(at), days, size + outputs, outputs) for at, (days, size, outputs) in enumerate(sizes)]
    chosen = plan(every, Sessions(keep_days=90.0, keep_outputs_days=14.0, keep_bytes=most), NOW)
    left = [each for each in every if each not in chosen.sessions]
    assert all(NOW - each.at <= 90 * DAY for each in left)
    assert not set(names(chosen.outputs)) & set(names(chosen.sessions))
    assert len(left) <= 1 or sum(each.size for each in every) - chosen.freed <= most
    ages = [each.at for each in chosen.sessions]
    assert not ages or not left or max(ages) <= min(each.at for each in left)


def test_the_disk_is_looked_at_and_cleared(places: Places) -> None:
    keep(places, "old", 100)
    keep(places, "bare", 20, outputs=50_000)
    keep(places, "new", 1, outputs=50_000)
    every = {each.folder.name: each for each in survey(places)}
    assert every["bare"].outputs >= 50_000
    assert every["old"].outputs == 0
    done, problems = prune(plan(every.values(), Sessions(), NOW))
    assert (problems, done.freed) == ((), every["old"].size + every["bare"].outputs)
    assert sorted(each.folder.name for each in survey(places)) == ["bare", "new"]
    assert (places.session("bare") / JOURNAL).exists()
    assert not (places.session("bare") / OUTPUTS).exists()


def test_a_session_that_is_open_elsewhere_is_left_alone(places: Places) -> None:
    journal = keep(places, "open", 100) / JOURNAL
    with journal.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert prune(plan(survey(places), Sessions(), NOW)) == (Plan(), ())
    assert journal.exists()


def test_links_are_neither_followed_nor_taken_for_sessions(places: Places, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    folder = keep(places, "old", 100)
    (folder / "link").symlink_to(precious)
    (places.sessions / "linked").symlink_to(precious)
    aged(folder, 100)
    prune(plan(survey(places), Sessions(), NOW))
    assert not folder.exists()
    assert (places.sessions / "linked").is_symlink()
    assert (precious / "file").read_text() == "mine"


def test_what_cannot_be_removed_is_said(places: Places) -> None:
    folder = keep(places, "old", 100)
    (folder / JOURNAL).unlink()
    (folder / JOURNAL).mkdir()
    aged(folder, 100)
    done, (problem,) = prune(plan(survey(places), Sessions(), NOW))
    assert done == Plan()
    assert problem.startswith(f"{folder}: cannot be removed: ")


def test_once_a_day_is_enough(places: Places) -> None:
    prune_daily(places, Sessions(), NOW)
    os.utime(places.state / MARK, (NOW, NOW))
    folder = keep(places, "old", 100)
    prune_daily(places, Sessions(), NOW + DAY / 2)
    assert folder.exists()
    prune_daily(places, Sessions(), NOW + 2 * DAY)
    assert not folder.exists()


def test_where_nothing_was_ever_kept_nothing_is_found(places: Places) -> None:
    assert survey(places) == []
