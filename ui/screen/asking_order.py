"""Questions in the order of the calls, whatever order they come in, and which one of how many.

Part of `ui.screen.update.show`; pure. The tool runner asks as soon as a call's preview is ready; the next key could
then answer another call than expected. So a question waits here while it is not known whether an earlier call of the
same answer will ask. What frees it: the earlier call asks, starts without asking, is settled, is answered, or the turn
ends. The question on the screen is never moved.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.ids import CallId
from actors.records import ReplyCompleted
from ui.screen.model import Ask, ScreenModel, Sister


def called(view: ScreenModel, event: ReplyCompleted) -> ScreenModel:
    """The model calls tools: this is their order."""
    sisters = tuple(Sister(CallId(call.id)) for call in event.message.calls)
    return replace(view, sisters=sisters) if sisters else view


def added(view: ScreenModel, ask: Ask) -> ScreenModel:
    """One more question."""
    known = any(sister.call == ask.call for sister in view.sisters)
    sisters = view.sisters if known else (*view.sisters, Sister(ask.call))
    return _released(_marked(replace(view, sisters=sisters, later=(*view.later, ask)), ask.call, asked=True))


def settled(view: ScreenModel, call: CallId) -> ScreenModel:
    """The call asks no more: its question is gone, and those after it need not wait for it."""
    review = view.review
    if review is not None and any(ask.call == call for ask in review.together):
        review = None
    asks = tuple(ask for ask in view.asks if ask.call != call)
    later = tuple(ask for ask in view.later if ask.call != call)
    return _released(_marked(replace(view, asks=asks, later=later, review=review), call, asked=False))


def ended(view: ScreenModel) -> ScreenModel:
    """The turn is over: nothing is asked any more."""
    return replace(view, asks=(), later=(), sisters=(), review=None)


def place(view: ScreenModel, call: CallId) -> tuple[int, int]:
    """Which question it is, from 1, and of how many that are known."""
    asked = [sister.call for sister in view.sisters if sister.state == "asked"]
    return (asked.index(call) + 1 if call in asked else 1), max(len(asked), 1)


def alike(view: ScreenModel) -> tuple[Ask, ...]:
    """All open questions where one yes may answer them: several approvals of one tool, and no other call undecided."""
    if view.later or any(sister.state == "unknown" for sister in view.sisters):
        return ()
    names = {ask.approval.name if ask.approval is not None else "" for ask in view.asks}
    return view.asks if len(view.asks) > 1 and len(names) == 1 and "" not in names else ()


def _marked(view: ScreenModel, call: CallId, *, asked: bool) -> ScreenModel:
    """What is known of the call; that it once asked is kept, so that numbers do not change."""

    def mark(sister: Sister) -> Sister:
        if sister.call != call or sister.state == "asked":
            return sister
        return replace(sister, state="asked" if asked else "settled")

    return replace(view, sisters=tuple(mark(sister) for sister in view.sisters))


def _released(view: ScreenModel) -> ScreenModel:
    """Questions that no earlier call holds back, behind the one on the screen and in their order."""
    order = {sister.call: number for number, sister in enumerate(view.sisters)}
    held = min((order[sister.call] for sister in view.sisters if sister.state == "unknown"), default=len(order))
    free = [ask for ask in view.later if order.get(ask.call, 0) < held]
    if not free:
        return view
    first, others = view.asks[:1], [*view.asks[1:], *free]
    others.sort(key=lambda ask: order.get(ask.call, 0))
    later = tuple(ask for ask in view.later if ask not in free)
    return replace(view, asks=(*first, *others), later=later)
