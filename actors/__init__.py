"""Who talks to whom: the cast of actors, their messages, and the runtime underneath."""
