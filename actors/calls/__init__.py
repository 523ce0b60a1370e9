"""The tool runner: what becomes of each tool call, and what the person allowed."""
