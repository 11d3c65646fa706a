"""Statements that run for every text: compiled once, and run on the driver's own cursor.

SQLAlchemy writes them, for each database in its own words. What it does around each execution
costs ten times what SQLite takes for the row, and a fifth of what a text costs on PostgreSQL, so
that is done once here: which value stands where, and how a time is kept. `lines` is told of what
fails.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Boolean,
    Connection,
    DateTime,
    Dialect,
    TypeDecorator,
    bindparam,
    literal_column,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, manager_of_class, set_committed_value
from sqlalchemy.sql import visitors

from gateway.core import lines

Entity = TypeVar("Entity")
Row = Sequence[Any]

_DRIVER, _DIALECT = "gateway_driver", "gateway_dialect"

_UNKNOWN = object()

_Way = Callable[[Any], Any]
"""How a value is brought into the driver's form, or out of it."""

_READ = (Boolean, TypeDecorator)
"""Types that a driver gives otherwise than we take them."""


def attach(session: Session, connection: Connection) -> None:
    """Let statements of a session run on its driver's connection.

    For a transaction that has begun: the driver of SQLite begins none of itself.
    """
    session.connection()  # the session is part of it: its rollback ends it
    session.info[_DIALECT] = connection.dialect.name
    session.info[_DRIVER] = connection.connection.driver_connection


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`: whose words a statement has to be in."""
    name: str = session.info[_DIALECT]
    return name


class Prepared:
    """A statement, or what writes it for a dialect by name; its values are bind parameters.

    What the session has changed is written first, as before any query of it.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session, **values: Any) -> list[Row]:
        """The rows that it gives, as their columns' types have them."""
        return self._ready(session).rows(session, values)

    def first(self, session: Session, **values: Any) -> Row | None:
        rows = self._ready(session).rows(session, values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values: Any) -> Any:
        """The first column of the first row; None where there is no row."""
        row = self.first(session, **values)
        return row[0] if row is not None else None

    def run(self, session: Session, **values: Any) -> int:
        """How many rows it wrote."""
        return self._ready(session).run(session, values)

    def _ready(self, session: Session) -> "_Compiled":
        session.flush()
        name = dialect_of(session)
        found = self._compiled.get(name)
        if found is None:
            dialect = session.get_bind().dialect
            written = self._statement
            found = _Compiled(written(name) if callable(written) else written, dialect)
            self._compiled[name] = found
        return found


class Entities(Prepared):
    """A query of all columns of one table, whose rows are objects of the session."""

    def __init__(self, kind: type[Any], statement: Any) -> None:
        super().__init__(statement)
        self._kind = kind

    def one(self, session: Session, **values: Any) -> Any:
        """The object of the first row, as it is in the database now; None where there is none."""
        row = self.first(session, **values)
        return adopted(session, self._kind, row) if row is not None else None


def adopted(session: Session, kind: type[Entity], row: Row) -> Entity:
    """The session's object of a row with all columns of `kind`, in the table's order."""
    own: type = kind
    names, keys, manager = _columns(own)
    values = dict(zip(names, row, strict=True))
    key = (kind, tuple(values[name] for name in keys), None)
    known = session.identity_map.get(key)
    if known is not None:
        for name, value in values.items():
            if known.__dict__.get(name, _UNKNOWN) != value:
                set_committed_value(known, name, value)
        return known
    new: Entity = manager.new_instance()
    new.__dict__.update(values)
    # What `make_transient_to_detached` and `Session.add` come to for a row that is whole: they look
    # for changes and for relations, of which it has none.
    state = instance_state(new)
    state.key = key
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return new


@cache
def _columns(kind: type[Any]) -> tuple[list[str], list[str], Any]:
    table: Any = kind.__table__
    keys = [column.name for column in table.primary_key]
    return list(table.columns.keys()), keys, manager_of_class(kind)


def inserted(table: Any, *names: str) -> dict[str, Any]:
    """The values of an INSERT that is given the columns `names`; the rest as the model has it."""
    given = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return given | defaults(table, names)


def defaults(table: Any, given: Collection[str]) -> dict[str, Any]:
    """What the columns of a row hold that are not given, as the model has it."""
    return {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in given and column.default is not None and column.default.is_scalar
    }


class _Compiled:
    """A statement in the words of one dialect."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        if dialect.name == "sqlite":
            statement = _with_constants(statement, dialect)
        compiled = statement.compile(dialect=dialect)
        self._dialect = dialect
        self._text = str(compiled)
        if "POSTCOMPILE" in self._text:
            raise ValueError(f"a list of values has no place in it: {self._text}")
        self._names: list[str] = list(compiled.positiontup or compiled.params)
        self._is_named = not compiled.positional
        self._ways: list[tuple[str, _Way]] = [
            (name, way)
            for name in dict.fromkeys(self._names)
            if (way := _written(compiled.binds[name].type, dialect))
        ]
        self._placed = _getter(self._names)
        self._fixed = {
            name: compiled.params[name] for name in self._names if not compiled.binds[name].required
        }
        columns = getattr(statement, "exported_columns", ())
        self._reading = [
            (place, way)
            for place, column in enumerate(columns)
            if isinstance(column.type, _READ) and (way := _given_back(column.type, dialect))
        ]

    def rows(self, session: Session, values: dict[str, Any]) -> list[Row]:
        cursor = self._execute(session, values)
        rows: list[Row] = cursor.fetchall()
        if not self._reading:
            return rows
        return [self._read(row) for row in rows]

    def run(self, session: Session, values: dict[str, Any]) -> int:
        count: int = self._execute(session, values).rowcount
        return count

    def _read(self, row: Row) -> Row:
        read = list(row)
        for place, way in self._reading:
            read[place] = way(read[place])
        return read

    def _execute(self, session: Session, values: dict[str, Any]) -> Any:
        known = self._fixed | values if self._fixed else values
        for name, way in self._ways:
            known[name] = way(known[name])
        parameters: Any = known if self._is_named else self._placed(known)
        try:
            return session.info[_DRIVER].execute(self._text, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            lines.leave_useless(session.connection(), error)
            raise failed(self._dialect, self._text, error) from error


def _getter(names: list[str]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """What takes the values of these names, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _with_constants(statement: Any, dialect: Dialect) -> Any:
    """A statement whose constants are part of its words.

    SQLite plans anew, at ten times what the row takes, each time that a value is bound beside a
    column of which an index has only a part: it may be that part, or not.
    """

    def inline(element: Any, **_aside: Any) -> Any:
        if not isinstance(element, BindParameter) or element.required or element.value is None:
            return None
        way = element.type.dialect_impl(dialect).literal_processor(dialect)
        return literal_column(way(element.value), element.type) if way else None

    return visitors.replacement_traverse(statement, {}, inline)


def _written(type_: Any, dialect: Dialect) -> _Way | None:
    """How a value is written; a time, which stands in all that one message writes, but once."""
    return _once_a_time("bind_processor", type_, dialect)


def _given_back(type_: Any, dialect: Dialect) -> _Way | None:
    """How a value is read; a time, which stands in all rows of one post, but once."""
    return _once_a_time("result_processor", type_, dialect, None)


def _once_a_time(kind: str, type_: Any, dialect: Dialect, *more: Any) -> _Way | None:
    known = (kind, type(type_), dialect.name)
    way: _Way | None = _TIMES.get(known)
    if way is None:
        way = getattr(type_.dialect_impl(dialect), kind)(dialect, *more)
        is_time = isinstance(type_, TypeDecorator) and isinstance(type_.impl_instance, DateTime)
        if way is not None and is_time:
            way = _TIMES[known] = lru_cache(maxsize=256)(way)
    return way


_TIMES: dict[tuple[str, type, str], _Way] = {}


def failed(dialect: Dialect, text: str, error: Exception) -> BaseException:
    """A driver's error as SQLAlchemy's; without the values, for they are what people wrote."""
    base: Any = dialect.loaded_dbapi.Error
    return DBAPIError.instance(text, None, error, base, hide_parameters=True, dialect=dialect)
