"""HTML: its text, what it hides, and the files and programs it carries."""
