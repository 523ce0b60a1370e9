"""The chat's last frames: everything that is pending, then a word on how to go on.

Used by `ui.chat.front_end` when `DrainScreen` has come. Nothing is drawn after it.
"""

from __future__ import annotations

import asyncio

from actors.phase_messages import DrainScreen
from ui.chat.controller import ChatController
from ui.screen.model import ScreenModel, said
from ui.text.rows import Row, line

FLUSH_LIMIT = 1.5
"""Seconds in which all that is pending gets to the terminal."""
LAST_LIMIT = 0.5
LAST_ROWS = 100
"""Beyond it, the last rows get this time."""
PAUSE = 0.01
"""Seconds between looks at a terminal that takes nothing, or at colours that are still being made."""


async def end(controller: ChatController, order: DrainScreen) -> None:
    """Show what is left and close the application; the terminal is restored when its run returns."""
    controller.effect_runner.take_back()
    lending = controller.effect_runner.lending
    if lending is not None:
        await asyncio.wait([lending], timeout=FLUSH_LIMIT)
    step = said(controller.view, *farewell(controller.view, order))
    controller.scrollback.add(step.blocks)
    await _flush(controller)
    controller.detach()
    if controller.application.is_running and not controller.application.is_done:
        controller.application.exit()


async def _flush(controller: ChatController) -> None:
    """All of the backlog; where the terminal is too slow for it, its end."""
    if not await _written(controller, FLUSH_LIMIT):
        controller.scrollback.skip(LAST_ROWS)
        await _written(controller, LAST_LIMIT)


async def _written(controller: ChatController, limit: float) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + limit
    while controller.scrollback and not controller.terminal_output.gone:
        if loop.time() >= until:
            return False
        before = len(controller.scrollback)
        controller.renderer.repaint()
        await asyncio.sleep(0 if len(controller.scrollback) < before else PAUSE)
    return True


def farewell(view: ScreenModel, order: DrainScreen) -> tuple[Row, ...]:
    """Why it ends, if that is not plain, and how to go on."""
    rows: list[Row] = []
    if order.exit_code:
        rows.append(line(f"Callboard ends: {order.reason} (exit code {order.exit_code})", "class:warning"))
    if view.session:
        rows.append(line(f"Session {view.session} is kept. Go on with: callboard --continue", "class:dim"))
    return tuple(rows)
