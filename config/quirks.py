"""Where a provider departs from its dialect, as data: what a dialect reads when it writes a request.

`config.providers` makes them of the built-in table and the user's own; dialects get them with `ProviderAccess`. Never
holds a secret.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

TokenField: TypeAlias = Literal["", "max_tokens", "max_completion_tokens"]
EmptyContent: TypeAlias = Literal["null", "empty", "absent"]
CallIds: TypeAlias = Literal["provider", "alnum9", "own"]
AuthHeader: TypeAlias = Literal["bearer", "api-key", "x-api-key", "x-goog-api-key"]


class Quirks(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How requests to one provider are written, where the dialect leaves a choice."""

    query: dict[str, str] = {}
    """Parameters of the address, such as Azure's `api-version`; the carrier adds them to every request."""
    path: str = ""
    """Replaces the dialect's own request path below `base_url`; empty: the dialect's own."""
    extra_body: dict[str, object] = {}
    """Fields laid over the body of every request."""
    token_field: TokenField = ""
    """The field that limits an answer's length; empty: by the model's name."""
    temperature: float | None = None
    """None: not sent, the provider's default holds."""
    reasoning_effort: str = ""
    """Empty: not sent."""
    stream_options: bool = True
    """Whether usage is asked for; some servers refuse the field."""
    empty_content: EmptyContent = "null"
    """The content of an assistant message that has calls only."""
    call_ids: CallIds = "provider"
    """Ids of calls on the wire: the provider's own, nine alphanumerics made of ours, or ours."""
    auth_header: AuthHeader = "bearer"
    """The header that carries the key."""
