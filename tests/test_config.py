"""Settings: where they come from, which win, and what is refused before anything starts."""

import pytest

from config import BadSettings, load

SECRET = "0123456789" * 4


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(tmp_path):
    (tmp_path / "timebank.toml").write_text(f'secret_key = "{SECRET}"\nport = 9000\nthreads = 3\n')
    told = load(tmp_path, {"TIMEBANK_PORT": "9001"})

    assert (told.port, told.threads, told.host) == (9001, 3, "127.0.0.1")


def test_a_secret_of_digits_stays_a_word(tmp_path):
    assert load(tmp_path, {"TIMEBANK_SECRET_KEY": SECRET}).secret_key == SECRET


@pytest.mark.parametrize("secret", ["", "change me", "short"])
def test_production_needs_a_secret_of_its_own(tmp_path, secret):
    with pytest.raises(BadSettings, match="secret"):
        load(tmp_path, {"TIMEBANK_SECRET_KEY": secret})


def test_production_does_not_start_with_debug_on(tmp_path):
    with pytest.raises(BadSettings, match="debug"):
        load(tmp_path, {"TIMEBANK_SECRET_KEY": SECRET, "TIMEBANK_DEBUG": "true"})


def test_outside_production_neither_is_asked(tmp_path):
    told = load(tmp_path, {"TIMEBANK_PRODUCTION": "no", "TIMEBANK_DEBUG": "yes"})

    assert told.debug
    assert not told.production


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("nonsense", "cannot be read"),
        ("colour = 'red'", "no setting 'colour'"),
        ("port = 'eighty'", "'port'"),
        ("debug = 'perhaps'", "'debug'"),
    ],
)
def test_a_setting_that_is_none_is_named(tmp_path, file, said):
    (tmp_path / "timebank.toml").write_text(file)
    with pytest.raises(BadSettings, match=said):
        load(tmp_path, {"TIMEBANK_PRODUCTION": "no"})


def test_letters_need_an_address_to_lead_to(tmp_path):
    told = {"TIMEBANK_SECRET_KEY": SECRET, "TIMEBANK_MAIL_SERVER": "mail.example.org"}
    with pytest.raises(BadSettings, match="address"):
        load(tmp_path, told)
    assert load(tmp_path, {**told, "TIMEBANK_ADDRESS": "https://hours.example.org"}).mail_server


@pytest.mark.parametrize("url", ["postgresql://host/db", "postgres://host/db"])
def test_postgresql_is_spoken_to_through_psycopg_3(tmp_path, url):
    told = load(tmp_path, {"TIMEBANK_PRODUCTION": "no", "TIMEBANK_DATABASE_URL": url})

    assert told.database == "postgresql+psycopg://host/db"


def test_without_a_database_url_it_is_sqlite_in_the_instance_folder(tmp_path):
    told = load(tmp_path, {"TIMEBANK_PRODUCTION": "no"})

    assert told.database == f"sqlite:///{tmp_path / 'timebank.db'}"


def test_letters_go_to_a_server_or_into_a_folder_and_not_to_both(tmp_path):
    told = {"TIMEBANK_SECRET_KEY": SECRET, "TIMEBANK_MAIL_FOLDER": "letters"}
    assert load(tmp_path, told).mail_folder == "letters"
    with pytest.raises(BadSettings, match="not both"):
        load(tmp_path, {**told, "TIMEBANK_MAIL_SERVER": "mail.example.org", "TIMEBANK_ADDRESS": "https://x.example"})
