"""What a fault of a plan may say: names that are there, a moment that its kind can have, nothing that means nothing.

Used by `config.faults.fault_plan` on plans whose values have the right types. Each refusal says what can be written
instead.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from config.errors import ConfigError
from config.faults.fault_kinds import ACTOR_KINDS, KINDS, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from config.faults.fault import Fault

DEAF = ("model", "terminals", "journal_file")
"""Places that hear no messages."""


def check_fault(fault: Fault, messages: Mapping[str, Collection[str]] | None, actors: tuple[str, ...] = ()) -> None:
    """Whether this fault can be done; see `config.faults.fault_plan.check_plan`.

    Raises:
        ConfigError: it cannot.
    """
    check_name("at", fault.at, actors or KINDS)
    kinds = ACTOR_KINDS if actors else KINDS[fault.at]
    places = [place for place in KINDS if fault.kind in KINDS[place] and not actors]
    elsewhere = f" It is a kind at: {', '.join(places)}." if places else ""
    check_name(f"kind at {fault.at}", fault.kind, kinds, elsewhere)
    _check_use(fault)
    _check_message(fault, messages)
    if fault.at == "program":
        _check_moment(fault)
    else:
        _check_count(fault)


def check_name(what: str, name: str, known: Collection[str], hint: str = "") -> None:
    """Whether there is something of this name; `hint` is a sentence that may help, else what is near is named.

    Raises:
        ConfigError: there is not.
    """
    if name not in known:
        names = ", ".join(sorted(known))
        raise ConfigError(f"{what}: there is no {name!r}.{hint or did_you_mean(name, known)} It can be: {names}")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A sentence that follows another; empty where nothing is near."""
    near = difflib.get_close_matches(name, known, 1)
    return f" Did you mean {near[0]}?" if near else ""


def _check_use(fault: Fault) -> None:
    kind = kind_of(fault.at, fault.kind)
    if fault.size is not None and kind.size is None:
        raise ConfigError(f"size: {fault.kind} at {fault.at} has no use for it; leave it out")
    if fault.seconds is not None and not kind.seconds:
        raise ConfigError(f"seconds: {fault.kind} at {fault.at} has no use for it; leave it out")
    if fault.kind == "overflow" and fault.size == 0:
        raise ConfigError("size: a mailbox that holds no message is none; take 1 or more")
    if (fault.seconds or 0.0) < 0 and fault.kind != "wall_jump":
        raise ConfigError("seconds: only a wall_jump goes backwards")


def _check_message(fault: Fault, messages: Mapping[str, Collection[str]] | None) -> None:
    if not fault.on:
        return
    if fault.at in DEAF:
        raise ConfigError(f"on: {fault.at} is no actor and hears no messages; leave `on` out")
    if fault.kind in ("overflow", "start_failure"):
        raise ConfigError(f"on: {fault.kind} is about no message; leave `on` out")
    if messages is None or fault.on in messages[fault.at]:
        return
    heard = messages[fault.at]
    names = f"{did_you_mean(fault.on, heard)} It can be: {', '.join(sorted(heard))}"
    if fault.at == "program":
        raise ConfigError(f"on: {fault.on} is never seen from outside.{names}")
    raise ConfigError(f"on: {fault.at} does not hear {fault.on}.{names}")


def _check_moment(fault: Fault) -> None:
    if fault.probability is not None:
        raise ConfigError("probability: what happens to the program has a moment: take `on` and `nth`")
    if fault.kind != "kill" and fault.most > 1:
        raise ConfigError(f"most: {fault.kind} happens once; leave `most` out, or write a fault for each time")
    if fault.kind == "kill" and fault.nth is not None and not fault.on:
        raise ConfigError("nth: a kill without `on` comes anywhere; say with `on` what is counted")


def _check_count(fault: Fault) -> None:
    if fault.nth is not None and fault.probability is not None:
        raise ConfigError("takes `nth` or `probability`, not both")
    if fault.nth is not None and fault.most > 1:
        raise ConfigError("takes `nth`, which is one time, or `most`, not both")
    if fault.kind == "overflow" and (fault.nth, fault.probability, fault.most) != (None, None, 1):
        raise ConfigError("overflow lasts from the start to the end; leave `nth`, `probability` and `most` out")
