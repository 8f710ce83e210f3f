"""The settings: what cannot be is said in Dutch, by the name of the setting, and its value stays out of it."""

from __future__ import annotations

import pytest

from orchestration.home.paths import Home
from orchestration.home.settings import InvalidSettings, Settings


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NOW", "gisteren", "een moment, zoals 2026-02-15T12:00"),
        ("RETRY_SECONDS", "veel", "een getal, zoals 5"),
        ("RETRY_SECONDS", "-1", "een getal vanaf 0"),
        ("RETRY_SECONDS", "inf", "een getal, zoals 5"),
        ("SMTP_PORT", "70000", "een getal tot en met 65535"),
        ("SMTP_PORT", "0", "een getal vanaf 1"),
        ("SMTP_PORT", "vijfentwintig", "een geheel getal"),
        ("UI_TOKEN", "kort", "een sleutel van ten minste 16 tekens"),
    ],
)
def test_an_impossible_setting_is_said_in_dutch_without_its_value(home: Home, name: str, value: str, says: str) -> None:
    home.settings.write_text(f"WERKMONITOR_{name}={value}\n", encoding="utf-8")
    with pytest.raises(InvalidSettings) as refused:
        Settings.of(home)
    assert str(refused.value) == f"Ongeldige instelling WERKMONITOR_{name}: verwacht is {says}."


def test_a_settings_file_in_another_encoding_is_told(home: Home) -> None:
    home.settings.write_bytes("WERKMONITOR_MAIL_FROM=zoë@example.nl\n".encode("cp1252"))
    with pytest.raises(InvalidSettings, match="geen tekst in UTF-8"):
        Settings.of(home)


def test_a_settings_file_of_a_windows_editor_is_read(home: Home) -> None:
    home.settings.write_bytes("\ufeffWERKMONITOR_MAIL_TO=a@example.nl\r\n".encode())
    assert Settings.of(home).mail_to == "a@example.nl"


def test_an_empty_variable_is_no_setting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKMONITOR_HOME", "")
    monkeypatch.setenv("WERKMONITOR_NOW", "")
    assert (str(Settings().home), Settings().now) == ("data", None)


def test_no_secret_is_shown_with_the_settings(home: Home) -> None:
    lines = ["WEBHOOK=https://chat.example.nl/geheim1", "SMTP_PASSWORD=geheim2", "UI_TOKEN=geheim3-geheim3-geheim3"]
    home.settings.write_text("".join(f"WERKMONITOR_{line}\n" for line in lines), encoding="utf-8")
    assert "geheim" not in repr(Settings.of(home))
