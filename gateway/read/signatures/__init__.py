"""Digital signatures: CMS, the geometry gate, second opinions, one outcome each; and what they show on the page."""
