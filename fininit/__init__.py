"""fininit: financial-intelligence link analysis against trafficking in human beings."""
