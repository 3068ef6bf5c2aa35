"""Who reads, and how much of the store they may see: enforced below the pages."""
