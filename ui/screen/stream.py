"""The streamed answer: pieces become lines, finished lines go to the scrollback once, the open one stays live.

Part of `ui.screen.update.show`; pure. The work is linear in the text: a piece only touches the open line, and of a line
that grows the full rows are given to the scrollback.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import ReplyDiscarded, ReplyStreamed, RequestStarted
from actors.records import ReplyCompleted
from tools.text.screen_text import visible
from ui.screen import open_paragraph
from ui.screen.call_subject import subject
from ui.screen.model import Call, Reply, ScreenModel, Update, notice, said
from ui.text.markdown import Block, Lines, Markdown, close, feed
from ui.text.rows import EMPTY, line

LONGEST_TAIL = 2_000
"""Characters of an open line that is only understood as a whole, or of code; beyond, its sentences are let go."""
REASONING_KEPT = 400


def request_started(view: ScreenModel, event: RequestStarted) -> Update:
    """A request goes out."""
    return Update(replace(view, attempt=event.attempt, reply=None))


def streamed(view: ScreenModel, event: ReplyStreamed) -> Update:
    """Some more of the answer."""
    reply = _reply(view, event)
    if event.reasoning:
        reply = replace(reply, reasoning=(reply.reasoning + event.reasoning)[-REASONING_KEPT:])
    if not event.text:
        return Update(replace(view, reply=reply))
    received = reply.received + len(event.text)
    return _grown(view, replace(reply, received=received, reasoning=""), event.text)


def _reply(view: ScreenModel, event: ReplyStreamed | ReplyCompleted) -> Reply:
    reply = view.reply
    return reply if reply is not None and reply.request == event.request else Reply(event.request)


def _grown(view: ScreenModel, reply: Reply, text: str) -> Update:
    *finished, tail = (reply.tail + text).split("\n")
    markdown, blocks = reply.markdown, list[Block]()
    for whole in finished:
        markdown, more = feed(markdown, visible(whole.removesuffix("\r")), view.columns)
        blocks.extend(more)
    markdown, more, tail = open_paragraph.let_go(markdown, _seen(tail), view.columns)
    blocks.extend(more)
    if len(tail) > LONGEST_TAIL:
        markdown, tail = _let_go(markdown, tail, view.columns, blocks)
    return _shown(view, replace(reply, markdown=markdown, tail=tail), tuple(blocks))


def _seen(tail: str) -> str:
    """Everything visible but a carriage return at the end: a line break may follow, and then it is a part of that."""
    text = tail.removesuffix("\r")
    return visible(text) + tail[len(text) :]


def _let_go(markdown: Markdown, tail: str, columns: int, blocks: list[Block]) -> tuple[Markdown, str]:
    end = tail.rfind(". ") + 2
    if end < LONGEST_TAIL // 2:
        end = tail.rfind(" ") + 1 or LONGEST_TAIL
    markdown, more = feed(markdown, visible(tail[:end]), columns)
    blocks.extend(more)
    return markdown, tail[end:]


def _shown(view: ScreenModel, reply: Reply, blocks: tuple[Block, ...]) -> Update:
    """The first block of an answer is set off from what stands above it."""
    if not blocks:
        return Update(replace(view, reply=reply))
    lead: tuple[Block, ...] = () if view.gap or reply.begun else (Lines((EMPTY,)),)
    last = blocks[-1]
    gap = isinstance(last, Lines) and not last.rows[-1]
    return Update(replace(view, reply=replace(reply, begun=True), gap=gap), lead + blocks)


def discarded(view: ScreenModel, event: ReplyDiscarded) -> Update:
    """What was streamed is void; where some of it stands in the scrollback, this line says so."""
    seconds = f" in {event.seconds:.0f} s" if event.seconds >= 1 else ""
    void = "; the answer above is void" if view.reply is not None and view.reply.begun else ""
    reason = event.reason.rstrip(".")
    text = f"{reason}{void}; attempt {event.attempt} begins{seconds}"
    return notice(replace(view, reply=None), text, "warning")


def completed(view: ScreenModel, event: ReplyCompleted) -> Update:
    """The whole answer is there: show what had not been streamed of it, and close it."""
    reply = _reply(view, event)
    missing = event.message.text[reply.received :]
    step = _grown(view, reply, missing) if missing else Update(view)
    step = step.then(_closed(step.view, step.view.reply if missing and step.view.reply else reply))
    known = {call.id for call in view.calls}
    asked = (call for call in event.message.calls if call.id not in known)
    fresh = tuple(Call(call.id, call.name, subject(call.arguments)) for call in asked)
    view = replace(step.view, reply=None, usage=view.usage + event.usage, calls=view.calls + fresh)
    step = replace(step, view=view)
    if event.message.interrupted and event.message.text:
        step = step.then(said(view, line("… interrupted here", "class:dim"), spaced=False))
    return step


def _closed(view: ScreenModel, reply: Reply) -> Update:
    markdown, blocks = reply.markdown, tuple[Block, ...]()
    if reply.tail:
        markdown, blocks = feed(markdown, visible(reply.tail), view.columns)
    markdown, more = close(markdown)
    return _shown(view, replace(reply, markdown=markdown, tail=""), blocks + more)
