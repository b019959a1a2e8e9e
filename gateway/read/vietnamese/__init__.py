"""Vietnamese: number, type, marks and meeting of official mail, from text in any encoding it comes in.

Strategy: repair legacy encodings, normalise once into three aligned keys, then one module per question.
Words are searched on the ASCII key and confirmed by their diacritics; every scan is bounded.
"""

from __future__ import annotations

from gateway.read.vietnamese.charsets import decode_text, repair_text
from gateway.read.vietnamese.detect import detect, detect_secrecy
from gateway.read.vietnamese.merge import merge
from gateway.read.vietnamese.titles import titles_of_tops

__all__ = ["decode_text", "detect", "detect_secrecy", "merge", "repair_text", "titles_of_tops"]
