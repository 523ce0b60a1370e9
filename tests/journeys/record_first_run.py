"""Makes docs/first-run.svg and docs/first-run.txt: the real chat does a real task in a real folder.

    python -m tests.journeys.record_first_run docs

The picture is the emulated screen at the end, with its colours; the text is everything that scrolled by.
"""

from __future__ import annotations

import sys
import tempfile
from html import escape
from pathlib import Path

import pyte

from tests.journeys.terminal_driver import TerminalDriver

CART = '''"""A shopping cart."""


def total(prices, discount=0):
    """The sum of the prices, less a discount in per cent."""
    return sum(prices) * (100 + discount) / 100
'''
TEST = """from cart import total


def test_without_discount():
    assert total([2, 3]) == 5


def test_with_discount():
    assert total([10, 10], discount=25) == 15
"""
ROOT = Path(__file__).resolve().parents[2]
ROWS, COLUMNS = 64, 92
CELL, ROW = 8.4, 18
FONT = "ui-monospace, Menlo, Consolas, monospace"
INK, PAPER = "#d8dee9", "#20242c"
NAMED = {
    "default": INK,
    "black": "#7b88a1",
    "red": "#bf616a",
    "green": "#a3be8c",
    "brown": "#ebcb8b",
    "yellow": "#ebcb8b",
    "blue": "#81a1c1",
    "magenta": "#b48ead",
    "cyan": "#88c0d0",
    "white": "#e5e9f0",
}


def main(folder: Path) -> None:
    """Record, and write both files."""
    with tempfile.TemporaryDirectory() as home:
        shop = Path(home) / "shop"
        shop.mkdir()
        (shop / "cart.py").write_text(CART)
        (shop / "test_cart.py").write_text(TEST)
        environment = {"HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config"}
        command = [sys.executable, str(ROOT / "callboard.py")]
        with TerminalDriver(command, shop, environment, (ROWS, COLUMNS)) as chat:
            play(chat)
            shown = tidy(chat.everything(), home)
            (folder / "first-run.txt").write_text(shown + "\n")
            (folder / "first-run.svg").write_text(tidy(picture(chat.screen), home))
            chat.send("\x04")
            chat.wait_for_exit()


def play(chat: TerminalDriver) -> None:
    """The task: see what fails, mend it with an approval, see that it passes."""
    chat.wait_for("/help")
    chat.send("run the tests and show what fails\r")
    chat.wait_for("1 Yes")
    chat.send("2")
    chat.wait_for(lambda shown: "1 failed" in shown and "/help" in shown)
    chat.send('replace "100 + discount" with "100 - discount" in cart.py\r')
    chat.wait_for(lambda shown: "? Edit " in shown and "1 Yes" in shown)
    chat.send("1")
    chat.wait_for(lambda shown: "Done: cart.py edited" in shown and "/help" in shown)
    chat.send("run the tests and show what fails\r")
    chat.wait_for(lambda shown: "tests pass" in shown and "/help" in shown)


def tidy(text: str, home: str) -> str:
    """Without the folder of this machine."""
    return text.replace(home, "~")


def picture(screen: pyte.Screen) -> str:
    """The screen as an SVG: one text element a row, one span a run of equal attributes."""
    used = max(y for y in range(screen.lines) if "".join(screen.buffer[y][x].data for x in range(COLUMNS)).strip()) + 1
    width, height = int(COLUMNS * CELL) + 24, used * ROW + 24
    rows = "\n".join(row_of(screen, y) for y in range(used))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n'
        f'<g font-family="{FONT}" font-size="14" xml:space="preserve">\n{rows}\n</g>\n</svg>\n'
    )


def row_of(screen: pyte.Screen, y: int) -> str:
    """One row of it."""
    spans: list[tuple[tuple[str, bool], str]] = []
    for x in range(COLUMNS):
        cell = screen.buffer[y][x]
        look = (cell.bg if cell.reverse else cell.fg, cell.bold)
        if spans and spans[-1][0] == look:
            spans[-1] = (look, spans[-1][1] + cell.data)
        else:
            spans.append((look, cell.data))
    parts = "".join(
        f'<tspan fill="{colour(name)}"{BOLD if bold else ""}>{escape(text)}</tspan>' for (name, bold), text in spans
    )
    return f'<text x="12" y="{y * ROW + 28}">{parts}</text>'


BOLD = ' font-weight="bold"'


def colour(name: str) -> str:
    """A colour of the emulator as one of the picture."""
    return NAMED.get(name.removeprefix("bright"), f"#{name}" if len(name) == 6 else INK)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
