"""Child processes: spawned, read, ended with their whole tree."""
