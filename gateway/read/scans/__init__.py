"""Pictures of paper: scanned pages and photographs, their seals, stamps, ink and letters."""
