"""`congthu policy pages`: help pages for clerks, one a rule, with an index and a page of all tags."""
