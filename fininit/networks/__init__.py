"""Groups of connected accounts, ranked by transparent counts and sums. Leads, not findings."""
