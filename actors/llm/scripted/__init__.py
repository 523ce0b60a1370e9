"""The scripted model: a script, and its three carriers (port, transport adapter, server)."""
