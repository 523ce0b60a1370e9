"""A loopback model server that keeps time: raw sockets, no buffering, every answer encoded before it is needed.

It runs in a process of its own (`python -m tests.benchmarks.model_server`); `tests.benchmarks.served` starts it and
talks to it over stdin and stdout, a JSON line each way. `{"plan": …}` says how the coming requests are answered,
`{"report": true}` asks what came. All times are of the machine's monotonic clock, which every process shares.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

from tests.benchmarks.streams import STREAMS, chunk

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
LAST = b"0\r\n\r\n"
RECEIVE = 262_144


@dataclass(slots=True)
class Plan:
    """How requests are answered: one entry of `calls` each, and after the last one `tokens` tokens of text.

    A call is a tool's name and its arguments as JSON text. `pace` is in tokens a second, 0 as fast as the socket takes
    them; each token is a chunk and a write of its own. `think` is for how many seconds the text is waited for.
    `dialect` is what the text is spoken in; calls are made in chat completions only.
    """

    calls: list[list[tuple[str, str]]] = field(default_factory=list)
    tokens: int = 1
    pace: float = 0.0
    word: str = "word "
    think: float = 0.0
    dialect: str = "openai_chat"


@dataclass(slots=True)
class Seen:
    """One request: the connection it came on, its first and last byte in, the answer's first and last byte out.

    A byte is out when it is handed to the system: what comes back may be here before that call has returned.
    """

    connection: int
    begun: float
    arrived: float
    size: int
    first_sent: float = 0.0
    last_sent: float = 0.0


def chunked(data: bytes) -> bytes:
    """Bytes as a chunk of a response."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def answer_with_calls(number: int, calls: list[tuple[str, str]]) -> bytes:
    """A whole answer that asks for tools."""
    parts = [chunk({"role": "assistant", "content": None})]
    for index, (name, arguments) in enumerate(calls):
        function = {"name": name, "arguments": arguments}
        call = {"index": index, "id": f"call-{number}-{index}", "type": "function", "function": function}
        parts.append(chunk({"tool_calls": [call]}))
    parts += (chunk({}, "tool_calls"), chunk(None))
    return b"".join((HEAD, *map(chunked, parts), LAST))


class Model:
    """The plan, and what was seen since it was made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connections = 0
        self.follow(Plan())

    def follow(self, plan: Plan) -> None:
        """Answer by this plan from now on."""
        answers = [answer_with_calls(number, calls) for number, calls in enumerate(plan.calls)]
        with self._lock:
            self._plan, self._answers = plan, answers
            self._text = STREAMS[plan.dialect](plan.word)
            self.seen: list[Seen] = []

    def connected(self) -> int:
        """A number for one more connection."""
        with self._lock:
            self._connections += 1
            return self._connections

    def answer(self, stream: socket.socket, seen: Seen) -> None:
        """Send what the plan says for this request."""
        with self._lock:
            number = len(self.seen)
            self.seen.append(seen)
            whole = self._answers[number] if number < len(self._answers) else None
        if whole is not None:
            seen.first_sent = seen.last_sent = time.monotonic()
            stream.sendall(whole)
        else:
            self._talk(stream, seen)

    def _talk(self, stream: socket.socket, seen: Seen) -> None:
        text, pace, pause = self._text, self._plan.pace, threading.Event()
        token = chunked(text.token)
        pause.wait(self._plan.think)
        seen.first_sent = time.monotonic()
        stream.sendall(HEAD + chunked(text.opening))
        begun = time.monotonic()
        for number in range(self._plan.tokens):
            if pace and (early := begun + number / pace - time.monotonic()) > 0:
                pause.wait(early)
            stream.sendall(token)
        seen.last_sent = time.monotonic()
        stream.sendall(chunked(text.ending) + LAST)


def converse(model: Model, stream: socket.socket) -> None:
    """Answer the requests of one connection until the client closes it."""
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection, data = model.connected(), b""
    try:
        while data or (data := stream.recv(RECEIVE)):
            begun = time.monotonic()
            while HEAD_END not in data and (more := stream.recv(RECEIVE)):
                data += more
            head, _, body = data.partition(HEAD_END)
            pieces, size = [body], len(body)
            length = content_length(head)
            while size < length and (more := stream.recv(RECEIVE)):
                pieces.append(more)
                size += len(more)
            model.answer(stream, Seen(connection, begun, time.monotonic(), size))
            data = b"".join(pieces)[length:]
    except OSError:
        return  # the client went away; its request is in the report without an end
    finally:
        stream.close()


def content_length(head: bytes) -> int:
    """The length of the body."""
    lines = (line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
    return int(next(lines, LENGTH + b"0")[len(LENGTH) :])


def accept(model: Model, listener: socket.socket) -> None:
    """A thread for each connection."""
    while True:
        stream, _ = listener.accept()
        threading.Thread(target=converse, args=(model, stream), daemon=True).start()


def main() -> None:
    """Listen, say where, and obey stdin until it ends."""
    model = Model()
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(model, listener), daemon=True).start()
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "plan" in order:
            model.follow(Plan(**order["plan"]))
        print(json.dumps([asdict(seen) for seen in model.seen]), flush=True)


if __name__ == "__main__":
    main()
