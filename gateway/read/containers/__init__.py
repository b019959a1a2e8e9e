"""Files that hold files: archives, compressed streams, TNEF, and pieces of one that was cut."""
