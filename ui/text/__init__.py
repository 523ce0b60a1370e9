"""Pure: rows of styled text, Markdown, highlighting."""
