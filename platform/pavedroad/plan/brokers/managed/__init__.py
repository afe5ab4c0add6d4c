"""Brokers that AWS runs: what stands in the account, and what each edge may do there."""
