"""Cases to learn and to test with. Nobody in them exists."""
