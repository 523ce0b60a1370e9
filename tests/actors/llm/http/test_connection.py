"""What a read takes at once, and waiting that leaves everything as it was."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.llm.http.connection import HeldResponse, Holder, PatientBody, whole_chunks

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(20.0)
    with closing(ours), closing(theirs):
        yield ours, theirs


def begun(ours: socket.socket) -> HeldResponse:
    response = HeldResponse(Holder(), ours, method="POST")
    response.begin()
    return response


@pytest.mark.parametrize(
    ("data", "chunks", "rest"),
    [
        (b"1\r\na\r\n2\r\nbc\r\n", [b"a", b"bc"], b""),
        (b"1\r\na\r\n2\r\nbc\r", [b"a"], b"2\r\nbc\r"),
        (b"1\r\na\r\n2\r\nb", [b"a"], b"2\r\nb"),
        (b"1\r\na\r\n2", [b"a"], b"2"),
        (b"1\r\na\r\n0\r\n\r\n", [b"a"], b"0\r\n\r\n"),
        (b"1;name=value\r\na\r\n", [], b"1;name=value\r\na\r\n"),
        (b"zz\r\na\r\n", [], b"zz\r\na\r\n"),
        (b"\r\n", [], b"\r\n"),
        (b"", [], b""),
    ],
)
def test_only_whole_chunks_are_taken(data: bytes, chunks: list[bytes], rest: bytes) -> None:
    found, end = whole_chunks(data, 0)
    assert (found, data[end:]) == (chunks, rest)


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=8), st.integers(1, 20))
def test_however_a_body_is_sent_the_same_bytes_arrive(chunks: list[bytes], step: int) -> None:
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    ours, theirs = socket.socketpair()
    ours.settimeout(20.0)
    with closing(ours), closing(theirs):
        theirs.sendall(HEAD)
        response = begun(ours)
        read: list[bytes] = []
        for start in range(0, len(body), step):
            theirs.sendall(body[start : start + step])
            while response.ready(0.0) and (start + step >= len(body)) and not response.isclosed():
                read.append(response.read1())
        assert b"".join(read) == b"".join(chunks)
        assert response.isclosed()


def test_a_chunk_makes_ready_and_its_line_end_does_not(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(HEAD + b"1\r\na\r")
    response = begun(ours)
    assert response.ready(0.0)
    assert response.read1() == b"a"
    assert not response.ready(0.0)
    theirs.sendall(b"\n")
    assert not response.ready(0.01)
    theirs.sendall(b"1\r\nb\r\n")
    assert response.ready(0.0)
    assert response.read1() == b"b"
    response.close()


def test_a_body_of_no_length_is_ready(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")
    response = begun(ours)
    assert response.ready(0.0)
    assert response.read1() == b""
    response.close()


def test_running_out_of_patience_loses_nothing(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    body = PatientBody(ours)
    assert not body.ready(0.0)
    assert not body.ready(0.01)
    assert body.arrived() == b""
    theirs.sendall(b"abc")
    assert body.ready(20.0)
    assert body.arrived() == b"abc"
    assert body.buffer.read1() == b"abc"
    theirs.close()
    assert body.ready(20.0)
    assert body.buffer.read1() == b""
    body.buffer.close()
    assert body.ready(0.0)


def test_a_held_socket_can_be_broken_off_from_outside(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    holder = Holder()
    holder.hold(ours)
    assert holder.connection_handle.shut()
    assert theirs.recv(1) == b""
    assert ours.recv(1) == b""
    holder.connection_handle.release()


def test_a_socket_is_held_once_a_request_and_known_to_be_reused(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = pair
    holder = Holder()
    holder.hold_again(None)
    assert not holder.connection_handle.held
    holder.hold(ours)
    holder.hold_again(ours)
    reused = [holder.connection_handle.reused]
    holder.connection_handle.release()
    holder.hold_again(ours)
    reused.append(holder.connection_handle.reused)
    holder.connection_handle.release()
    assert reused == [False, True]
