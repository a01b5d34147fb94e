"""Custody and redaction: what came in, what was decided, what went out, and the one door everything leaves by."""
