"""A TrueType font inside a PDF whose text can be searched and copied, rare characters included."""

import re
from typing import Any

from reportlab.pdfbase.ttfonts import TTFont

_BEYOND_16_BITS = re.compile(r"(?<=> <)[0-9A-F]{5,6}(?=>)")


class EmbeddedFont(TTFont):
    """reportlab's font with a correct map back to Unicode for planes 1 to 16."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (reportlab's name)
        """Write the font's subsets; characters beyond U+FFFF become UTF-16 pairs in the map."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = _BEYOND_16_BITS.sub(_surrogates, stream.content)


def _surrogates(code: re.Match[str]) -> str:
    return chr(int(code[0], 16)).encode("utf-16-be").hex().upper()
