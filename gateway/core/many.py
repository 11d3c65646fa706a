"""Many ids, or many rows, as one value: the statement is the same text whatever their number.

SQLAlchemy's own IN writes a name for each id, anew at each execution: of a thousand ids that costs
more than finding their rows. And a statement executed for each of many rows costs more in a driver
than the row in the database. Here SQLite reads them from a JSON text (sqlite.org/json1.html#jeach),
PostgreSQL from an array or a JSON text. An array is of the ids' own type, or PostgreSQL compares
each with each; its planner takes either for few, and so an index, even where statistics are old.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Many(TypeDecorator[list[Any]]):
    """Ids, or texts: a JSON array or an array, as the database takes it."""

    impl = Text
    cache_ok = True

    def __init__(self, *, of_texts: bool = False) -> None:
        super().__init__()
        self.of_texts = of_texts

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(ARRAY(Text() if self.of_texts else Integer()))

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        given = list(value or ())
        return json.dumps(given) if dialect.name == "sqlite" else given


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002  # SQLAlchemy's own
        """It is a condition already: `= 1` behind it would keep SQLite from using an index."""
        return self


def among(column: Any, name: str, *, of_texts: bool = False) -> ColumnElement[bool]:
    """Whether `column` is one of the values that are given as `name` at the execution."""
    return _Among(column, bindparam(name, type_=_Many(of_texts=of_texts)))


@compiles(_Among, "sqlite")
def _in_json(element: Any, compiler: Any, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # names of columns and of values


@compiles(_Among)
def _in_array(element: Any, compiler: Any, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY ({values})"


def given(dialect: str, **types: type[TypeEngine[Any]]) -> Any:
    """The rows that are given as `rows` (`packed`) at the execution, with these columns.

    Its columns are found as those of a table, `given.c.name`.
    """
    rows = bindparam("rows", type_=Text)
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued(column("value", Text))
        parts = (
            cast(func.json_extract(each.c.value, f"$.{name}"), kind).label(name)
            for name, kind in types.items()
        )
        return select(*parts).subquery("given")
    columns = (column(name, kind) for name, kind in types.items())
    told = func.json_to_recordset(cast(rows, JSON)).table_valued(*columns)
    return told.render_derived(name="given", with_types=True)


def packed(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows for `given`."""
    return json.dumps([*rows])
