"""The real engine: found or built, given an environment of its own, and run through its Automation API."""
