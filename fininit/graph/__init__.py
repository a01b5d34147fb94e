"""The graph of accounts and transfers: build, communities, betweenness, layout."""
