"""A model whose answers come without known secrets: a port around another one.

What a model repeats of a key would be kept and shown like the rest of its answer. The pieces of a stream are filtered
over their borders, the whole answer at its end; everything else is the inner port's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from actors.llm.port import Finished, Listener, ModelCall, ModelSignal, Piece
from tools.text.secret_filter import SecretFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.llm.port import ModelPort


class RedactedModel:
    """Implement `ModelPort`. `hide` takes the secrets out of a value."""

    def __init__(self, inner: ModelPort, secrets: tuple[str, ...], hide: Callable[[object], object]) -> None:
        self._inner = inner
        self._secrets = secrets
        self._hide = hide

    def start(self, request: str, call: ModelCall, listener: Listener) -> None:
        """Implement `ModelPort`."""
        self._inner.start(request, call, _Filtered(self._secrets, self._hide, listener) if self._secrets else listener)

    def cancel(self, request: str) -> None:
        """Implement `ModelPort`."""
        self._inner.cancel(request)

    def close(self) -> None:
        """Implement `ModelPort`."""
        self._inner.close()


class _Filtered:
    """The listener of one request."""

    def __init__(self, secrets: tuple[str, ...], hide: Callable[[object], object], listener: Listener) -> None:
        self._text, self._reasoning = SecretFilter(secrets), SecretFilter(secrets)
        self._hide = hide
        self._listener = listener

    def __call__(self, signal: ModelSignal) -> None:
        if isinstance(signal, Piece):
            self._say(self._text.feed(signal.text), self._reasoning.feed(signal.reasoning))
            return
        self._say(self._text.finish(), self._reasoning.finish())
        if isinstance(signal, Finished):
            message = msgspec.convert(self._hide(msgspec.to_builtins(signal.message)), type(signal.message))
            signal = msgspec.structs.replace(signal, message=message)
        self._listener(signal)

    def _say(self, text: str, reasoning: str) -> None:
        if text or reasoning:
            self._listener(Piece(text, reasoning))
