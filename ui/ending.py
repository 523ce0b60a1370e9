"""The chat's last frames: everything that is pending, then a word on how to go on.

Used by `ui.chat` when `DrainScreen` has come. Nothing is drawn after it.
"""

from __future__ import annotations

import asyncio

from actors.messages import DrainScreen
from ui.desk import Desk
from ui.rows import Row, line
from ui.view import View, said

FLUSH_LIMIT = 1.5
"""Seconds in which all that is pending gets to the terminal."""
LAST_LIMIT = 0.5
LAST_ROWS = 100
"""Beyond it, the last rows get this time."""
PAUSE = 0.01
"""Seconds between looks at a terminal that takes nothing, or at colours that are still being made."""


async def end(desk: Desk, order: DrainScreen) -> None:
    """Show what is left and close the application; the terminal is restored when its run returns."""
    desk.hands.take_back()
    lending = desk.hands.lending
    if lending is not None:
        await asyncio.wait([lending], timeout=FLUSH_LIMIT)
    step = said(desk.view, *farewell(desk.view, order))
    desk.backlog.add(step.blocks)
    await _flush(desk)
    desk.detach()
    if desk.application.is_running and not desk.application.is_done:
        desk.application.exit()


async def _flush(desk: Desk) -> None:
    """All of the backlog; where the terminal is too slow for it, its end."""
    if not await _written(desk, FLUSH_LIMIT):
        desk.backlog.skip(LAST_ROWS)
        await _written(desk, LAST_LIMIT)


async def _written(desk: Desk, limit: float) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + limit
    while desk.backlog and not desk.door.gone:
        if loop.time() >= until:
            return False
        before = len(desk.backlog)
        desk.renderer.repaint()
        await asyncio.sleep(0 if len(desk.backlog) < before else PAUSE)
    return True


def farewell(view: View, order: DrainScreen) -> tuple[Row, ...]:
    """Why it ends, if that is not plain, and how to go on."""
    rows: list[Row] = []
    if order.exit_code:
        rows.append(line(f"Callboard ends: {order.reason} (exit code {order.exit_code})", "class:warning"))
    if view.session:
        rows.append(line(f"Session {view.session} is kept. Go on with: callboard --continue", "class:dim"))
    return tuple(rows)
