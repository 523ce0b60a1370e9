"""The levels of a drill: simulation, threads, process."""
