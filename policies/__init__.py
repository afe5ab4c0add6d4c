"""Pavedroad's policy pack: the rules, and what adapts them to CrossGuard."""
