"""Looks at nbgrader's database that share their compiled statements read and write like any others."""

import sqlite3

import pytest
from nbgrader.api import Gradebook

from grader.nbgrader_bridge.sqlalchemy_cache import Shared, shared


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook of #1.db'}"
    Gradebook(url).close()
    return url


def test_what_one_writes_the_next_reads(url):
    with Gradebook(shared(url)) as book:
        book.update_or_create_assignment("a")
        book.update_or_create_student("ada", first_name="Ada")
    with Gradebook(shared(url)) as book, Gradebook(url) as plain:
        for other in (book, plain):
            assert [s.id for s in other.students] == ["ada"] and other.find_student(
                "ada"
            ).first_name == "Ada"
        plain.update_or_create_student("ada", first_name="Augusta")
        book.db.expire_all()
        assert book.find_student("ada").first_name == "Augusta"


def test_each_statement_is_compiled_once(url):
    def look():
        with Gradebook(shared(url)) as book:
            return (
                [s.id for s in book.students],
                book.engine.dialect,
                len(Shared._known[book.engine.url][1]),
            )

    (_, first, statements), (_, second, more) = look(), look()
    assert first is second and statements == more > 0


def test_databases_are_kept_apart(url, tmp_path):
    other = f"sqlite:///{tmp_path / 'other.db'}"
    Gradebook(other).close()
    with Gradebook(shared(url)) as book:
        book.update_or_create_student("ada")
    with Gradebook(shared(other)) as book:
        assert not book.students
    with sqlite3.connect(tmp_path / "other.db") as database:
        assert database.execute("select count(*) from student").fetchone() == (0,)


def test_a_password_stays_in_the_address():
    assert (
        shared("postgresql://grader:secret@host/book")
        == "postgresql://grader:secret@host/book?plugin=grader_shared"
    )
