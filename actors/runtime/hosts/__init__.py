"""The pykka actors that carry behaviours: one thread for each, or the front end's event loop."""
