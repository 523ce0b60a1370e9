"""Searching text: ripgrep, what is searched, and what was found."""
