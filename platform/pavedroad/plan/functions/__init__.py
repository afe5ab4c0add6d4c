"""Functions, resolved: code on Lambda, with the role, queue, log group and schedule of its own."""
