"""The actors, their messages, the composition root, and the runtime underneath."""
