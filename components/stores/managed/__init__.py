"""Stores that AWS runs: what stands in the account, and what a pod needs to find it."""
