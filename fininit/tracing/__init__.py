"""Where the money went: tracing under one stated rule, to the last unit. Facts, not leads."""
