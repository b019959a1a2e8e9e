"""Opening: a store by its URL, its tables made or checked, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import weakref
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event, func, insert, inspect, select
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.schema import CreateColumn

from gateway.records.store import declared, tables
from gateway.values.faults import Misconfigured, Transient, problem_of_no_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.engine import ExceptionContext

    from gateway.values.faults import ConfigProblem

CACHE_KIBIBYTES: Final = 262_144
"""Page cache of SQLite: keys of documents come in no order, and a million of them should stay in memory."""
BUSY_MS: Final = 60_000
"""How long SQLite waits for another writer."""
_LOCK: Final = 0x436F6E67
"""Key of the advisory lock of PostgreSQL: `Cong`."""
_FILLING: Final = _LOCK + 1
_OURS: Final = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""Statements or values that no state of the database makes wrong."""
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


def open_store(
    url: str,
    folder: Path | None = None,
    *,
    may_create: bool = True,
    problem: Callable[[str, str], ConfigProblem] = problem_of_no_file,
) -> Engine:
    """Open a store and make its tables where there are none and that is asked for.

    Args:
        url: `sqlite:////var/lib/congthu-records/records.db` or `postgresql://user@host/database`.
        folder: Where a relative path of SQLite begins; None for the working folder.
        may_create: Else a store that is not there is a mistake.
        problem: Makes one of key and message, for whoever knows where the URL was written.

    Raises:
        Misconfigured: no such URL, no driver for it, a store of another version, or none.
        Transient: the database does not answer.
    """
    tell = partial(problem, "records.store")
    engine = _engine(url, folder, tell)
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database not in {None, "", ":memory:"}:
        if may_create:
            _make_private(Path(str(database)))
        else:
            _check_there(tell, is_there=Path(str(database)).is_file())  # connecting would make an empty one
    with engine.begin() as connection:
        if inspect(connection).has_table(tables.SETTINGS.name):
            _check_version(connection, url, tell)
            tables.PAPER_SAID.create(connection, checkfirst=True)  # younger than the version: empty in older stores
            _add_columns(connection, tables.LATE_OUTCOMES)
        else:
            _check_there(tell, is_there=may_create)
            declared.IMPORTS.metadata.create_all(connection)
            make_indexes(connection)
            connection.execute(insert(tables.SETTINGS), {"name": "version", "value": str(tables.VERSION)})
    return engine


def _make_private(file: Path) -> None:
    """Make an empty file that others cannot read, whatever the umask: it tells who wrote to whom, like a ledger.

    SQLite gives the files beside it the same permissions. Where it cannot be made, opening it says why.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o640))


def _add_columns(connection: Connection, table: Table) -> None:
    """Add to a table what is younger than the version; rows that are there get the default."""
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            added = CreateColumn(column).compile(dialect=connection.dialect)
            connection.execute(sql(f"ALTER TABLE {table.name} ADD COLUMN {added}"))


def _check_there(tell: Callable[[str], ConfigProblem], *, is_there: bool) -> None:
    if not is_there:
        raise Misconfigured([tell("there is none yet: `congthu records sync` makes it")])


def _engine(url: str, folder: Path | None, tell: Callable[[str], ConfigProblem]) -> Engine:
    try:
        parsed = make_url(url)
        driver = _DRIVERS.get(parsed.drivername)
        if driver is None:
            raise Misconfigured([tell("is neither sqlite: nor postgresql:")])
        if folder is not None and parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            parsed = parsed.set(database=str(folder / str(parsed.database)))
        engine = create_engine(parsed.set(drivername=driver))
    except (ArgumentError, NoSuchModuleError):
        raise Misconfigured([tell("is no URL of a database")]) from None
    except ModuleNotFoundError as error:
        raise Misconfigured([tell(f"needs the package {error.name} (extra `postgresql`)")]) from None
    event.listen(engine, "handle_error", _tell)
    # Whoever opens a store may let it go by forgetting it: the connections it kept are closed then. The pool itself may
    # not be held for that, for it holds the engine.
    kept: list[Any] = []
    event.listen(engine, "connect", lambda connection, _record: kept.append(connection))
    event.listen(engine, "close", lambda connection, _record: kept.remove(connection))
    weakref.finalize(engine, _close, kept)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _close(connections: list[Any]) -> None:
    for connection in connections:
        connection.close()


def _tell(context: ExceptionContext) -> None:
    """Say what is wrong with the database in one line, wherever it shows; what is our own mistake stays as it is.

    Raises:
        Transient: it is full, held, damaged or gone.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, DBAPIError) and not isinstance(error, _OURS):
        raise Transient(detail=f"records store: {_first_line(error)}") from error


def _first_line(error: DBAPIError) -> str:
    """Give what the database said, without the statement and its values."""
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set what every connection needs; transactions are begun by `_begin_sqlite`, not by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL", "synchronous = NORMAL", f"busy_timeout = {BUSY_MS}",
        f"cache_size = -{CACHE_KIBIBYTES}",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _check_version(connection: Connection, url: str, tell: Callable[[str], ConfigProblem]) -> None:
    found = connection.scalar(select(tables.SETTINGS.c.value).where(tables.SETTINGS.c.name == "version"))
    if found != str(tables.VERSION):
        shown = make_url(url).render_as_string(hide_password=True)
        raise Misconfigured(
            [tell(f"{shown} is of version {found}, not {tables.VERSION}: take a new one and rebuild it")]
        )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that no other process writes beside; committed at the end, or nothing of it.

    Raises:
        Transient: another program holds the store for longer than BUSY_MS, or it went away.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        else:
            # the write lock now, not at the first statement: two who read first could never both go on
            connection.execute(tables.SETTINGS.delete().where(tables.SETTINGS.c.name == ""))
        yield connection


@contextmanager
def filling(engine: Engine) -> Iterator[None]:
    """Wait until no other process fills the store, and keep others waiting; whoever else reads or writes goes on.

    Raises:
        Transient: the database went away.
        OSError: the file of the lock, beside the store, cannot be opened.
    """
    database = engine.url.database
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(select(func.pg_advisory_lock(_FILLING)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(_FILLING)))
    elif database in {None, "", ":memory:"}:
        yield  # of this process alone
    else:
        lock = os.open(f"{database}.lock", os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def make_indexes(connection: Connection) -> None:
    """Make the indexes that are missing."""
    for index in tables.INDEXES:
        index.create(connection, checkfirst=True)


def drop_indexes(connection: Connection) -> None:
    """Take the indexes away for a bulk load."""
    for index in tables.INDEXES:
        index.drop(connection, checkfirst=True)
