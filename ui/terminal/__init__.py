"""The terminal itself: frames out, keys in, scrollback, size, colours, and giving it back."""
