"""The one place that says which version this is; the launcher, the session journal and the wheel read it."""

from __future__ import annotations

VERSION = "0.1.0"
