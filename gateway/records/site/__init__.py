"""Site: published months, frozen with a digest, as files that any web server shows."""
