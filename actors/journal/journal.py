"""The journal: append-only JSON Lines, and the gate that everything passes before anyone acts on it.

The turn loop and the tool runner send `Commit`: the records are written, one line and one write each; then they are
published; then the commands that depended on them are sent. What cannot be written is not done: `JournalFailed` says
so behind the records that could, and the commands are dropped. The journal also keeps calls honest: a call that was
started is never started again, a call that was answered is never answered again, whichever actor asks.

The turn loop commits without waiting: each of its commits builds on the one before. When this actor failed on one, or
anything could not be written, those behind it are dropped, up to the turn loop's next `ReportConversation`; records of
calls stand for themselves.

A line is `{"n": number, "at": UTC seconds, "type": record class, "data": {...}}`. What cannot be read is skipped and
reported, be it a torn last line, left by a crash, or any other: see `actors.journal.damage`. What older and newer
versions write is in `actors.journal.formats`. The file itself is a port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

import msgspec

from actors.conversation import Conversation, apply
from actors.journal.damage import JournalLine, ReadBack, damage, mended, number_of, restored
from actors.journal.formats import UnknownRecordError, check_format, decode_record
from actors.messages import Commit, JournalFailed, NoticeRaised, ReceiveConversation, ReportConversation
from actors.phase_messages import FlushJournal, JournalFlushed
from actors.records import ApprovalAnswered, CallFinished, CallStarted, Record, SessionOpened
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import classes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actors.ports import JournalFile

LOGGED_LINES = 100
"""So many damaged lines are named in the log."""
Received: TypeAlias = Commit | ReportConversation | FlushJournal
RECEIVES = classes_of(Received)
OF_THEIR_OWN = (SessionOpened, ApprovalAnswered, CallStarted, CallFinished)
"""Records that are true whatever became of those before."""


class _Line(msgspec.Struct):
    n: int
    type: str
    data: msgspec.Raw


TRUNCATED = "Input data was truncated"
"""What msgspec says of a text that is all right as far as it goes."""

_LINE = msgspec.json.Decoder(_Line)
_ENCODER = msgspec.json.Encoder()


def encode(number: int, at: float, record: Record) -> bytes:
    """One line, newline included."""
    data = msgspec.Raw(_ENCODER.encode(record))
    return _ENCODER.encode({"n": number, "at": round(at, 3), "type": type(record).__name__, "data": data}) + b"\n"


def read_back(
    content: bytes | Iterable[bytes], through: Callable[[Iterator[JournalLine]], Iterable[JournalLine]] = iter
) -> ReadBack:
    """The records of a journal, whatever state its lines are in; it may come in pieces of any length.

    Of the pieces no more is kept than the records need: a long session fits into memory once, not three times. Lines
    go `through` a function as they are read, which may make them lighter.
    """
    texts = enumerate(_lines((content,) if isinstance(content, bytes) else content), start=1)
    return mended(through(_read(place, text) for place, text in texts if text.strip()))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        begun.append(first)
        if others:
            yield b"".join(begun)
            yield from others[:-1]
            begun = [others[-1]]
    yield b"".join(begun)


def _read(place: int, text: bytes) -> JournalLine:
    try:
        outer = _LINE.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        return JournalLine(place, text, number_of(text), None, torn=str(problem) == TRUNCATED)
    try:
        return JournalLine(place, _standing_for(text), outer.n, decode_record(outer.type, outer.data))
    except UnknownRecordError:
        return JournalLine(place, text, outer.n, None, unknown=outer.type)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        return JournalLine(place, text, number_of(text), None, torn=str(problem) == TRUNCATED)


def _standing_for(text: bytes) -> bytes:
    """What tells a readable line from every other one; a line itself would be kept for nothing else."""
    from hashlib import blake2b  # noqa: PLC0415 - loads OpenSSL, which a new session does not need

    return blake2b(text, digest_size=16).digest()


def _builds_on_others(commit: Commit) -> bool:
    """Whether it is a link of the turn loop's chain."""
    return not commit.records or not all(isinstance(record, OF_THEIR_OWN) for record in commit.records)


class Journal(Behaviour[Received]):
    """The actor around the file."""

    def __init__(self, context: Context, file: JournalFile, name: str = "kept in memory") -> None:
        """`name` is what the person can find the file by."""
        self._name = name
        self._context = context
        self._file = file
        self._number = 0
        self._torn = False
        self._gap = False
        self._conversation = Conversation()
        self._started: set[str] = set()
        self._answered: set[str] = set()

    def started(self) -> None:
        """Read what is there, so that a restart and `--continue` go on from it."""
        check_format(_lines(self._file.pieces()), self._name)
        found = read_back(self._watched(self._file.pieces()))
        self._number = found.number
        state = restored(found)
        self._conversation = state.conversation
        for record in found.records:
            self._remember(record)
        self._answered -= {call.id for call in self._conversation.unanswered()}  # its answer stood in the wrong place
        if problem := damage(found, state.misfits):
            lines = [*found.skipped, *(place for place, _ in found.unknown)]
            self._context.log("the journal is damaged", problem=problem, lines=lines[:LOGGED_LINES])
            notice = f"The journal is not whole: {problem} ({self._name})."
            self._context.send(NoticeRaised("warning", notice))

    def _watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, while it is remembered whether the last one ends with a line end."""
        for piece in filter(None, pieces):
            self._torn = not piece.endswith(b"\n")
            yield piece

    def failed_on(self, message: Received) -> None:
        """What was committed behind a commit that may be lost is not written."""
        if isinstance(message, Commit):
            self._gap = _builds_on_others(message)

    def handle(self, message: Received) -> None:
        """Write a commit and send what follows from it, report the conversation, or flush."""
        match message:
            case Commit() if self._gap and _builds_on_others(message):
                self._context.log("dropped behind a lost commit", records=repr(message.records))
            case Commit():
                self._commit(message)
            case ReportConversation(report=report):
                self._gap = False
                self._context.send(ReceiveConversation(self._conversation, report))
            case FlushJournal():
                self._flush()
            case _:
                assert_never(message)

    def _commit(self, commit: Commit) -> None:
        records = tuple(record for record in commit.records if not self._refused(record))
        if len(records) < len(commit.records):
            self._context.log("a call was started or answered before; refused", records=repr(commit.records))
            if not records:
                return
        written: list[Record] = []
        try:
            for record in commit.silent:
                self._write(record)
            for record in records:
                self._write(record)
                written.append(record)
            if commit.sync:
                self._file.sync()
        except OSError as error:
            for record in written:
                self._context.send(record)  # it is in the journal, so it is said; nothing follows from it
            self._failed(error)
            return
        for message in (*written, *commit.then):
            self._context.send(message)

    def _write(self, record: Record) -> None:
        line = encode(self._number + 1, self._context.wall(), record)
        torn, self._torn = self._torn, True
        self._file.append(b"\n" + line if torn else line)
        self._torn = False
        self._number += 1
        self._remember(record)
        self._conversation = apply(self._conversation, record)

    def _refused(self, record: Record) -> bool:
        match record:
            case CallStarted(call=call):
                return call in self._started or call in self._answered
            case CallFinished(call=call):
                return call in self._answered
            case _:
                return False

    def _remember(self, record: Record) -> None:
        match record:
            case CallStarted(call=call):
                self._started.add(call)
            case CallFinished(call=call):
                self._answered.add(call)
            case _:
                pass

    def _flush(self) -> None:
        try:
            self._file.sync()
        except OSError as error:
            self._failed(error)
        self._context.send(JournalFlushed())

    def _failed(self, error: OSError) -> None:
        self._gap = True
        self._context.log("journal write failed", problem=repr(error))
        self._context.send(JournalFailed(f"the journal could not be written: {error.strerror or error}"))
