"""The streamed answer: pieces become lines, finished lines go to the scrollback once, the open one stays live.

Part of `ui.screen.update.show`; pure. The work is linear in the text: a piece only touches the open line, and of a line
that grows the full rows are given to the scrollback. A screen that is `verbatim` gets each line as it came.
"""

from __future__ import annotations

from msgspec.structs import replace

from actors.messages import ReplyDiscarded, ReplyStreamed, RequestStarted
from actors.records import ReplyCompleted
from tools.text.screen_text import visible
from ui.screen import open_paragraph
from ui.screen.call_subject import subject
from ui.screen.model import Call, Reply, ScreenModel, Update, notice, said
from ui.text.markdown import Block, Code, Lines, Markdown, close, feed, together
from ui.text.rows import EMPTY, line

LONGEST_TAIL = 2_000
"""Characters of an open line that are kept as one text; what came before them is kept apart until the line ends."""
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
    markdown, blocks, parked = reply.markdown, list[Block](), reply.parked
    for whole in finished:
        markdown, more = _fed(view, markdown, "".join((*parked, whole)).removesuffix("\r"))
        blocks.extend(more)
        parked = ()
    if not view.verbatim and not parked:
        markdown, more, tail = open_paragraph.let_go(markdown, _seen(tail), view.columns)
        blocks.extend(more)
    while len(tail) > LONGEST_TAIL:
        parked, tail = (*parked, tail[:LONGEST_TAIL]), tail[LONGEST_TAIL:]
    return _shown(view, replace(reply, markdown=markdown, tail=tail, parked=parked), together(tuple(blocks)))


def _fed(view: ScreenModel, markdown: Markdown, text: str) -> tuple[Markdown, tuple[Block, ...]]:
    """A finished line. A screen that shows the text as it came gets it whole, tabs and blanks at its end included."""
    if view.verbatim:
        return markdown, (Code("", (text,)),)
    return feed(markdown, visible(text), view.columns)


def _seen(tail: str) -> str:
    """Everything visible but a carriage return at the end: a line break may follow, and then it is a part of that."""
    text = tail.removesuffix("\r")
    return visible(text) + tail[len(text) :]


def _shown(view: ScreenModel, reply: Reply, blocks: tuple[Block, ...]) -> Update:
    """The first block of an answer is set off from what stands above it."""
    if not blocks:
        return Update(replace(view, reply=reply))
    lead: tuple[Block, ...] = () if view.gap or reply.begun else (Lines((EMPTY,)),)
    last = blocks[-1]
    gap = not last.rows[-1] if isinstance(last, Lines) else not last.lines[-1] and not last.hang
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
    view = replace(view, context_used=_used(view, event))
    step = replace(step, view=view)
    if event.message.interrupted and event.message.text:
        step = step.then(said(view, line("… interrupted here", "class:dim"), spaced=False))
    return step


def _used(view: ScreenModel, event: ReplyCompleted) -> int:
    """Tokens of the context after an answer; those of other attempts at it are not a part of that."""
    usage = event.usage
    if event.message.interrupted or not usage.input_tokens:
        return view.context_used
    return event.counted or usage.input_tokens + usage.output_tokens


def _closed(view: ScreenModel, reply: Reply) -> Update:
    markdown, blocks = reply.markdown, tuple[Block, ...]()
    if reply.tail or reply.parked or markdown.midline:
        markdown, blocks = _fed(view, markdown, "".join((*reply.parked, reply.tail)))
    markdown, more = close(markdown, view.columns)
    return _shown(view, replace(reply, markdown=markdown, tail="", parked=()), blocks + more)
