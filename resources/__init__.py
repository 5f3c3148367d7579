"""Icons, fonts, styles, translations, print templates and sample data; no logic."""
