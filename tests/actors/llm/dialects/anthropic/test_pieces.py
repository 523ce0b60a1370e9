"""Pieces on their way out."""

from __future__ import annotations

from actors.llm.dialects.anthropic.pieces import PieceBuffer
from actors.llm.port import Piece


def test_neighbours_of_one_sort_are_one_piece_and_each_is_taken_once() -> None:
    buffer = PieceBuffer()
    assert buffer.taken() == ()
    for text, thinking in (("a", True), ("b", True), ("c", False), ("d", True)):
        buffer.add(text, thinking=thinking)
    assert buffer.taken() == (Piece(reasoning="ab"), Piece("c"), Piece(reasoning="d"))
    assert buffer.taken() == ()
