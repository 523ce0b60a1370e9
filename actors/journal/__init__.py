"""The journal: the append-only file, its damage, and the one actor that may write it."""
