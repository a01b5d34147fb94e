"""Array kernels: plain functions and their compiled twins, equal by test."""
