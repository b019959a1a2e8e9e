"""Who sent it: SPF, DKIM, DMARC and ARC, evaluated on answers of DNS that are handed in."""
