"""Tells from a server's words whether a request is longer than its model takes.

Used by `actors.llm.failures`. Each provider words it in its own way, with any status; what must not be taken for it are
limits of rates and quotas, of the answer alone, and of names, tools and files. Pure.
"""

from __future__ import annotations

import re

CODES = frozenset(
    {
        "context_length_exceeded",
        "context_window_exceeded",
        "contextwindowexceedederror",
        "exceed_context_size_error",
        "model_max_prompt_tokens_exceeded",
        "model_context_window_exceeded",
        "string_above_max_length",
        "request_too_large",
        "prompt_too_long",
        "input_too_long",
        "max_context_length_exceeded",
    }
)

SPECIFIC = re.compile(
    r"""context[ _-]?(?:length|window|size|limit)[ _-]?(?:has\ been\ |is\ |was\ )?exceeded
    | exceed\w*[ _]context
    | (?:maximum|max\.?|model'?s?)\ (?:context|prompt|input|sequence)\ (?:length|window|size)\b
    | (?:prompt|input|request|conversation|messages?|context)\ (?:is|are|was|were)?\ ?(?:far\ |much\ )?too
      \ (?:long|large|big)(?!\ (?:image|file))
    | n_ctx
    | (?:not|n't|cannot|unable\ to)\ fit\b[^.]{0,40}\b(?:context|window)
    | (?:ran|run|running)\ out\ of\ context
    | context(?:\ (?:window|size|length))?(?:\ is)?\ (?:full|longer)\b
    | token\ (?:limit|count)\ (?:has\ been\ |is\ |was\ )?(?:exceeded|reached)
    | requested\ \d+\ tokens,\ max
    | payload\ size\ exceeds
    | exceeds?\ the\ number\ of\ tokens
    | range\ of\ input\ length
    | reduce\ (?:the|your)\ (?:length\ of\ )?(?:the\ )?(?:messages?|prompt|input|context)
    | too\ many\ (?:input\ |prompt\ )?tokens(?!\ per)
    | (?:keep|first)\b[^.]*\btokens\b[^.]*\bcontext\b[^.]*\boverflows?
    | reached\ context\ length
    | inputs?`?\ tokens?\ \+\ `?max_new_tokens`?\ must\ be
    | `?inputs`?\ must\ have\ less\ than\ \d+\ tokens
    | exceeded\ model\ token\ limit
    | context\ shift\ is\ disabled
    | prompt\ exceeds\ max\ length
    | (?:request\ entity|payload|request\ body|content)\ too\ large
    | 上下文.{0,12}(?:超|过长) | 超[出过].{0,12}上下文 | (?:输入|提示|请求).{0,12}(?:过长|超长|超过|超出)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Phrases that mean nothing else."""

WHAT = re.compile(
    r"\b(?:prompt|inputs?|input_tokens|context|messages?|conversation|request(?:ed)?|tokens?|sequence)\b", re.IGNORECASE
)
MORE = re.compile(
    r"\b(?:exceed\w*|(?:long|larg|bigg|great)er than|more than|over the|above|surpass\w*|too large)"
    r"|\bmust be (?:<|less|fewer|smaller|at most)|>",
    re.IGNORECASE,
)
BOUND = re.compile(r"\b(?:context|window|maximum|max\w*|limit\w*|length|tokens?|size)\b|\d", re.IGNORECASE)
"""In one sentence, one behind the other: what is sent is more than a bound, in whatever words."""
TOKENS = re.compile(r"token|context|prompt|length|input", re.IGNORECASE)

RATE = re.compile(
    r"\b(?:daily|hourly|weekly|monthly)\b"
    r"|per[ -](?:second|minute|hour|day|month)|\b[tr]p[smd]\b|rate.?limit|quota|concurren|too many requests|budget"
    r"|credit|per (?:sec|min)\b|billing|in the queue|requests? limit",
    re.IGNORECASE,
)
ALONE_TOO_LARGE = re.compile(r"request too large\b.*\b(?:limit|requested)\b", re.IGNORECASE | re.DOTALL)
"""One request that is larger than what may be sent in a minute: no pause helps, a shorter one does."""
OTHER = re.compile(
    r"max_(?:completion_|output_|new_)?tokens[`'\"]?(?: is|:| value| parameter)"
    r"[^.]*(?:too large|must be|at most|exceed)"
    r"|\b(?:output|access|refresh|jwt|bearer|expired) tokens?\b|budget_tokens"
    r"|completion tokens[^.]*\bat most\b|\bat most \d+ completion"
    r"|\b(?:tools?|functions?|name|names|description|images?|image_url|files?|audio|stop sequences?|batch|headers?|"
    r"metadata|schema|seed|temperature|url|uri|user|id|ids|call_id|tool_call_id)\b[`'\"\]]*[^.,;]{0,60}?"
    r"\b(?:exceed\w*|too (?:long|large|many|big)|longer than|larger than|more than|maximum)",
    re.IGNORECASE,
)
"""Bounds of something else in the request."""


def says_context_exceeded(text: str, codes: tuple[str, ...] = ()) -> bool:
    """Whether the text, or one of the error's codes and types, says that the request is too long for the model."""
    if any(code.lower() in CODES for code in codes):
        return True
    if RATE.search(text):
        return ALONE_TOO_LARGE.search(text) is not None
    if SPECIFIC.search(text):
        return True
    return bool(TOKENS.search(text)) and any(map(_is_more, text.split("."))) and OTHER.search(text) is None


def _is_more(sentence: str) -> bool:
    what = WHAT.search(sentence)
    more = MORE.search(sentence, what.end()) if what else None
    return more is not None and BOUND.search(sentence, more.end()) is not None
