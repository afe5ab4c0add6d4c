"""Programs that are measured: each does one thing in a process of its own."""
