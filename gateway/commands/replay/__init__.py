"""`congthu replay`: what would change between two configurations, over mails or over the log."""
