"""The version, by itself: rooms that name it must not import the public face."""

__version__ = "0.1.0"
