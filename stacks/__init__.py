"""The wiring: read what steers a stack, resolve its environment, declare its slice."""
