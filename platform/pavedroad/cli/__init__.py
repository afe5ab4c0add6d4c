"""The ``paved`` command. Each command is a module of its own name, imported only when it runs.

A command raises the errors of the packages that it uses; ``main`` turns them into one line and an exit code:
0 done, 1 faults or failure, 2 input that cannot be read, 64 wrong usage, 70 a defect of ours.
"""
