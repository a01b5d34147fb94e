"""Text to exact values: money, dates, assets. Nothing is guessed; a text with two readings is refused."""
