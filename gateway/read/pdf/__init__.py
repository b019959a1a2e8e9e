"""PDF files: structure, pages, text as it shows, what acts, what lies inside."""
