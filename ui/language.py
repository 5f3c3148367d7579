"""The language of the window: English in the sources, Traditional Chinese from a .qm file."""

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QObject, QTranslator
from PySide6.QtWidgets import QApplication

import resources

CHINESE = "zh_TW"
ENGLISH = "en"
_FOLDER = Path(resources.__file__).parent / "translations"


class Language(QObject):
    """Switches while the program runs: every widget then gets a LanguageChange event."""

    def __init__(self, app: QApplication, code: str = CHINESE) -> None:
        super().__init__(app)
        self._app = app
        self._installed: list[QTranslator] = []
        self.code = ENGLISH
        self.use(code)

    def use(self, code: str) -> None:
        """Speak that language from now on; an unknown code means English."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        self.code = code if code == CHINESE else ENGLISH
        if self.code == ENGLISH:
            return
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in (("qtbase_zh_TW", qt_folder), (f"luckygas_{code}", str(_FOLDER))):
            translator = QTranslator(self)
            if translator.load(name, folder):
                self._app.installTranslator(translator)
                self._installed.append(translator)
