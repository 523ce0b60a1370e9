"""From the arguments to a running company: settings, session, ports, and which front end runs."""
