"""Budget: structural limits of reading one message; exceeding one is a fact, never an exception out.

Every number is a default that the configuration may change ([inspection] in congthu.toml).
"""

from __future__ import annotations

import msgspec


class Budget(msgspec.Struct, frozen=True):
    """Limits for one message. Octets and counts; each names the precedent of its default."""

    cpu_milliseconds: int = 1_000
    """Processor time of reading one message however small, letters of pictures apart; the usual mail takes 20."""
    cpu_milliseconds_per_megabyte: int = 5_000
    """So much more for what its length is; a page of print takes 5 and has 10 kB and more."""
    cpu_milliseconds_at_most: int = 8_000
    """Of any message: together with `ocr_milliseconds_at_most` below the limit of the worker (`cpu_seconds`)."""
    header_octets: int = 1_000_000
    """Whole header section (Postfix header_size_limit is 102,400 a field; 1 MB in all)."""
    field_octets: int = 102_400
    """One header field (Postfix header_size_limit)."""
    address_tokens: int = 10_240
    """Address tokens in one field (Postfix header_address_token_limit)."""
    parts: int = 1_000
    """MIME parts (Go net/mail and Dovecot use limits of this order)."""
    depth: int = 100
    """MIME nesting (Postfix mime_nesting_limit); message/rfc822 counts."""
    container_depth: int = 4
    """Archives inside archives."""
    container_entries: int = 1_000
    """Entries of all archives together."""
    container_octets: int = 200_000_000
    """Decompressed octets of all archives together."""
    container_ratio: int = 200
    """Decompressed to compressed of one entry; deflate cannot exceed 1032."""
    container_small_octets: int = 16_000_000
    """What one entry may always unpack to, whatever its ratio: blank sheets and white pictures pack a thousandfold."""
    text_characters: int = 60_000
    """Text handed to the detectors, per part."""
    pdf_pages_read: int = 3
    """Pages whose text speaks for the document: the first two and the last."""
    pdf_text_pages: int = 200
    """Pages of which at least the top is read for marks; beyond, a document bound in behind another is not found."""
    pdf_content_octets: int = 24_000_000
    """Octets of drawing of all pages read, forms as often as they are drawn; a page has ten thousand."""
    ocr_pages: int = 2
    """Scanned pages without a text layer read by letters: 1 the first, 2 the first and the last of those read."""
    ocr_milliseconds: int = 2_000
    """Processor time for the letters of all pictures of one message, however small; a page of print takes 300."""
    ocr_milliseconds_per_megabyte: int = 10_000
    """So much more for what its length is; a page scanned in black and white has 30 kB, one in colour 200."""
    ocr_milliseconds_at_most: int = 5_500
    """Of any message; a page of noise takes 2,000, and what is begun may take a second longer."""
    picture_pixels: int = 250_000_000
    """Pixels of pictures sent as files that are looked at in one message, 4 million at least for each; what stands
    behind is `unread_letters`. Twenty photographs of 12 million take about two seconds."""
    pdf_objects: int = 200_000
    """Objects visited when looking for active content."""
    signatures: int = 40
    """Signatures validated in one file."""
    revision_seconds: float = 5.0
    """Difference analysis of one file; its cost grows with the objects of the signed revision."""

    def cpu_seconds(self, octets: int) -> float:
        """Tell the processor time for a message of so many octets: its length pays for what it takes."""
        milliseconds = self.cpu_milliseconds + self.cpu_milliseconds_per_megabyte * octets // 1_000_000
        return min(milliseconds, self.cpu_milliseconds_at_most) / 1_000

    def ocr_milliseconds_for(self, octets: int) -> tuple[int, int]:
        """Tell the processor time for the letters of a message of so many octets.

        Returns:
            On a host of usual speed, and at most on a slower one: what reading such a message has not to itself of
            `cpu_milliseconds_at_most` may go to its letters.
        """
        milliseconds = self.ocr_milliseconds + self.ocr_milliseconds_per_megabyte * octets // 1_000_000
        usual = min(milliseconds, self.ocr_milliseconds_at_most)
        most = self.cpu_milliseconds_at_most + self.ocr_milliseconds_at_most
        return usual, most - round(1_000 * self.cpu_seconds(octets))


DEFAULT_BUDGET = Budget()
