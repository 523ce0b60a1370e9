"""The front end for scripts and programs: no terminal, answers on stdout."""
