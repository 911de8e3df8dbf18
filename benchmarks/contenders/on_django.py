"""django-hordak and django-ledger, each moving an amount as its documentation says; only in a process of its own."""

import os
from datetime import UTC, datetime
from typing import Any

from benchmarks.writers import Turn

ADDRESS = "TIMEBANK_BENCHMARK_URL"
APPS = "TIMEBANK_BENCHMARK_APPS"
_HORDAK = "mptt hordak"
_DJANGO_LEDGER = "django_ledger"
_SETTINGS = "benchmarks.contenders.django_settings"

# What transfer_to() would have written, without a call for each: one account is paid or pays each time.
_FILL = """
ALTER TABLE hordak_leg DISABLE TRIGGER USER;
INSERT INTO hordak_transaction (uuid, "timestamp", date, description)
    SELECT gen_random_uuid(), now(), current_date, '' FROM generate_series(1, {transfers});
INSERT INTO hordak_leg (uuid, transaction_id, account_id, credit, debit, currency, description)
    SELECT gen_random_uuid(), t.id, sides.account, sides.credit, sides.debit, 'EUR', ''
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM hordak_transaction) t,
    LATERAL (VALUES
        (CASE WHEN place % 2 = 0 THEN {one} ELSE {two} END, 5 + place % 90, NULL),
        (CASE WHEN place % 2 = 0 THEN {two} ELSE {one} END, NULL, 5 + place % 90)
    ) AS sides (account, credit, debit);
ALTER TABLE hordak_leg ENABLE TRIGGER USER;
"""


def lay_hordak(url: str, members: int, transfers: int = 0) -> None:
    """The database has hordak's tables by its own migrations, and accounts; the first has so many transfers.

    Those transfers are loaded by one statement of SQL, its triggers off meanwhile; nothing of that is measured.
    """
    connection = _migrated(url, _HORDAK)
    from hordak.models import Account  # noqa: PLC0415 - Django has to be set up first

    made = [Account.objects.create(name=f"Member {place}", type="LI", code=f"{place:06}") for place in range(members)]
    if transfers:
        with connection.cursor() as cursor:
            for statement in _FILL.format(transfers=transfers, one=made[0].pk, two=made[1].pk).split(";\n"):
                if statement.strip():
                    cursor.execute(statement)


def lay_django_ledger(url: str, members: int) -> None:
    """The database has django-ledger's tables by its own migrations: an entity, a posted ledger, and accounts."""
    _migrated(url, _DJANGO_LEDGER)
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django has to be set up first
    from django_ledger.io import roles  # noqa: PLC0415
    from django_ledger.models import EntityModel  # noqa: PLC0415

    admin = get_user_model().objects.create_user("coordinator")
    entity = EntityModel.create_entity(name="Timebank", use_accrual_method=True, admin=admin, fy_start_month=1)
    entity.create_chart_of_accounts(assign_as_default=True, commit=True)
    for place in range(members):
        entity.create_account(
            code=f"2{place:05}",
            role=roles.LIABILITY_CL_OTHER,
            name=f"Member {place}",
            balance_type="credit",
            active=True,
        )
    entity.create_ledger(name="Hours", posted=True)


class HordakPosts:
    """One `transfer_to` a turn, which commits."""

    def __init__(self, url: str) -> None:
        _set_up(url, _HORDAK)
        from hordak.models import Account  # noqa: PLC0415 - Django has to be set up first
        from moneyed import Money  # noqa: PLC0415

        self._money = Money
        self._accounts = list(Account.objects.order_by("code"))

    def act(self, turn: Turn) -> None:
        """The amount is moved and committed."""
        amount = self._money(turn.minutes, "EUR")
        self._accounts[turn.payer].transfer_to(self._accounts[turn.payee], amount, description=turn.reference)

    def recover(self) -> None:
        """Nothing is left over: Django has rolled back."""


class HordakBalance(HordakPosts):
    """One account's `get_balance` a turn."""

    def act(self, turn: Turn) -> None:
        """The payer's balance is read."""
        self._accounts[turn.payer].get_balance()


class DjangoLedgerPosts:
    """One journal entry of two transactions a turn, verified and posted by `commit_txs`, which commits."""

    def __init__(self, url: str) -> None:
        _set_up(url, _DJANGO_LEDGER)
        from django_ledger.models import AccountModel, LedgerModel  # noqa: PLC0415 - Django has to be set up first

        self._ledger = LedgerModel.objects.select_related("entity").get()
        self._accounts = list(AccountModel.objects.filter(name__startswith="Member").order_by("code"))

    def act(self, turn: Turn) -> None:
        """The journal entry is posted and committed."""
        sides = ((turn.payer, "debit"), (turn.payee, "credit"))
        self._ledger.commit_txs(
            je_timestamp=datetime.now(UTC),
            je_posted=True,
            je_desc=turn.reference,
            je_txs=[
                {"account": self._accounts[place], "amount": turn.minutes, "tx_type": side, "description": ""}
                for place, side in sides
            ],
        )

    def recover(self) -> None:
        """Nothing is left over: Django has rolled back."""


def _set_up(url: str, apps: str) -> None:
    """Django stands on this database with these applications, for the rest of the process."""
    os.environ[ADDRESS] = url
    os.environ[APPS] = apps
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    import django  # noqa: PLC0415 - its settings come first

    django.setup()


def _migrated(url: str, apps: str) -> Any:  # noqa: ANN401 - Django's own connection
    """Django's connection to this database, with the tables of the applications' own migrations."""
    _set_up(url, apps)
    from django.core.management import call_command  # noqa: PLC0415 - Django has to be set up first
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    return connection
