"""Office files of every age: packages, compound files, RTF, Outlook messages."""
