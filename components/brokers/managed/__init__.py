"""Brokers that AWS runs: queues and topics under the environment's key, reached over TLS by their edges alone."""
