"""Readers: a file as received becomes statement lines, each with its row; nothing is guessed and nothing is dropped."""
