"""What the project promises about its speed, measured as ratios within one run.

``run.py`` measures and prints the table of docs/performance.md. Every side of a ratio is a process of its own,
charged in CPU seconds, and the sides take turns, so that a busy machine slows them alike.
"""
