"""Stores that AWS runs, resolved: one module for each engine."""
