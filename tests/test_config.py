from pathlib import Path

from app.config import read_settings
from app.transport.trust import TrustFiles


def test_every_setting_has_a_default_that_stays_on_this_machine(tmp_path: Path) -> None:
    settings = read_settings({"LUCKYGAS_PROFILE": str(tmp_path)})
    assert settings.office_url == "http://127.0.0.1:8710"
    assert settings.trust == TrustFiles(bundle=tmp_path / "office.pem")
    assert not settings.plain_http


def test_certificates_are_named_by_the_environment(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "LUCKYGAS_PROFILE": str(tmp_path),
            "LUCKYGAS_OFFICE": "https://office.lan:8710",
            "LUCKYGAS_OFFICE_CA": "ca.pem",
            "LUCKYGAS_OFFICE_CERT": "register.pem",
            "LUCKYGAS_OFFICE_KEY": "register.key",
        }
    )
    assert settings.trust == TrustFiles(
        Path("ca.pem"), Path("register.pem"), Path("register.key"), tmp_path / "office.pem"
    )


def test_plain_http_is_allowed_by_that_word_only() -> None:
    assert read_settings({"LUCKYGAS_PLAIN_HTTP": "allowed"}).plain_http
    assert not read_settings({"LUCKYGAS_PLAIN_HTTP": "no"}).plain_http
