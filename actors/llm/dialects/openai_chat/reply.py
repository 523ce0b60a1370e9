"""Reads the answer to a chat completions request: the decoding half of the dialect `openai_chat`.

    opening ──first byte── stream ──finish reason── complete ──[DONE]── done
       ├── `{`: a JSON body, taken when it is whole       └ an error object, or an event that is no JSON: done, failed
       └── `<`: a web page: failed

A body that ends before `complete` is a cut: a failure, and its calls never surface.
"""

from __future__ import annotations

import msgspec

from actors.llm.answer_body import BROKEN_OFF, ENDLESS, AnswerBody, senseless_event, senseless_stream
from actors.llm.dialects.openai_chat.chunks import AnswerDraft, Chunk, decode_chunk, is_error
from actors.llm.dialects.openai_chat.opaque_state import StateOwner
from actors.llm.failures import stream_failure
from actors.llm.json_body import JsonBody
from actors.llm.port import Failed, Finished, Piece
from actors.llm.sound_text import decode_leniently
from actors.llm.sse import EventDecoder, EventTooLong, ServerEvent


class ReplyDecoder:
    """One answer. `used` are the call ids of the session so far; the answer's own are added.

    `owner` marks what goes back to the provider; None: nothing is kept for it.
    """

    def __init__(self, used: set[str], owner: StateOwner | None = None) -> None:
        self._used = used
        self._events = EventDecoder()
        self._answer = AnswerDraft(owner)
        self._body = AnswerBody()
        self._sensible = False
        self._failure: Failed | None = None
        self._done = False

    @property
    def done(self) -> bool:
        """The end marker, or an error, was seen."""
        return self._done

    @property
    def complete(self) -> bool:
        """A finish reason was seen; usage and the end marker may follow."""
        return self._done or bool(self._answer.finish)

    @property
    def progress(self) -> int:
        """Grows with everything that becomes part of the answer."""
        return self._answer.progress + self._body.progress

    def feed(self, data: bytes) -> tuple[Piece, ...]:
        """Some more bytes of the body."""
        if self._done:
            return ()
        if not self._sensible:
            self._done = self._body.look(data)
        if self._body.page:
            return ()
        if self._body.json is not None:
            self._take_json(self._body.json, data)
            return self._answer.pieces(final=self._done)
        try:
            self._take(self._events.feed(data))
        except EventTooLong as problem:
            self._fail(senseless_stream(problem))
        return self._answer.pieces(final=self._done)

    def close(self) -> Finished | Failed:
        """The body has ended."""
        if not self._done:
            self._take_rest()
        if self._failure is not None:
            return self._failure
        if not self._sensible:
            return self._body.senseless("a model's stream", "most servers want it to end in /v1")
        if not self.complete or (not self._answer.finish and self._answer.empty):
            return BROKEN_OFF
        return self._answer.finished(self._used)

    def _take_json(self, body: JsonBody, data: bytes) -> None:
        """Some more of a JSON answer; taken as soon as it is whole."""
        may_be_whole = body.add(data)
        if body.endless:
            self._fail(ENDLESS)
        elif may_be_whole:
            self._take_whole(self._body.value)

    def _take_whole(self, body: bytes) -> None:
        """A JSON answer, if it is whole."""
        try:
            chunk = decode_chunk(body)
        except (msgspec.DecodeError, RecursionError):
            if body.startswith(b"[") and (error := _first_error(body)) is not None:
                self._fail(stream_failure(error))
            return
        if not chunk.error and is_error(chunk):
            chunk.error = decode_leniently(body, dict[str, object])
        if chunk.choices or chunk.error:
            self._take_chunk(chunk)
            self._answer.finish = self._answer.finish or "stop"
            self._done = True

    def _take_rest(self) -> None:
        """What the end of the body completes."""
        if self._body.json is not None:
            self._take_whole(self._body.value)
            self._sensible = self._sensible or self._body.json.cut
        elif not self._body.page:
            self._take(self._events.close(), trailing=True)

    def _take(self, events: list[ServerEvent], *, trailing: bool = False) -> None:
        for name, data in events:
            if data == b"[DONE]":
                self._done = self._sensible = True
                return
            try:
                chunk = decode_chunk(data)
            except (msgspec.DecodeError, RecursionError):
                if not trailing:
                    self._take_oddity(name, data)
            else:
                if not chunk.error and (name == b"error" or is_error(chunk)):
                    chunk.error = decode_leniently(data, dict[str, object])
                self._take_chunk(chunk)
            if self._done:
                return

    def _take_chunk(self, chunk: Chunk) -> None:
        self._sensible = True
        failure = self._answer.take(chunk)
        if failure is not None:
            self._fail(failure)

    def _take_oddity(self, name: bytes, data: bytes) -> None:
        """An event that is no chunk; one of a kind of its own may be passed over."""
        text = data.decode("utf-8", "replace").strip()
        if name == b"error":
            self._fail(stream_failure(text))
        elif text and name in (b"", b"message"):
            self._fail(senseless_event(text))

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        self._done = True


def _first_error(body: bytes) -> object:
    """The error of an answer that is a list of one error object."""
    try:
        values = msgspec.json.decode(body, type=list[dict[str, object]])
    except msgspec.DecodeError:
        return None
    return values[0].get("error") if values else None
