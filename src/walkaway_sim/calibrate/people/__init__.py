"""What several people believe, pooled and weighted."""
