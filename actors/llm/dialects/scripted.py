"""The dialect of scripted servers: OpenAI's."""

from __future__ import annotations

from actors.llm.dialects.openai_chat.dialect import create as create
