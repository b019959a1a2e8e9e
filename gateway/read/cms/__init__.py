"""Cryptographic Message Syntax (RFC 5652) as octets: BER, structures, signing times. Nothing here trusts anyone."""
