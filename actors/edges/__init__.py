"""The real ports: threads, files, processes, sockets. Actors know only the protocols in `actors.ports`."""
