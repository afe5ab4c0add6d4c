"""OpenTelemetry collectors: node agents, the gateway tier, and the tier that samples traces.

Each has one rendered configuration. Applications send to the gateway tier by its Service, in the mesh, as
themselves; node agents send there what containers print and what nodes measure.
"""
