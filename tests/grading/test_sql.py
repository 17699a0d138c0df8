"""Looks at nbgrader's database that share their compiled statements read and write like any others."""

import sqlite3

import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import event

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


def test_each_table_is_looked_for_once_in_a_run_and_anew_in_the_next(url, tmp_path):
    def looked(address):
        said = []
        with Gradebook(address) as book:
            event.listen(book.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
            Base.metadata.create_all(book.engine)
        return [sql for sql in said if "table_info" in sql]

    run = shared(url)
    assert looked(url) and not looked(run) and not looked(run)
    with Gradebook(run) as book:
        book.update_or_create_student("ada")
    (tmp_path / "gradebook of #1.db").unlink()
    # as when somebody moves it away while `grader watch` waits
    with Gradebook(shared(url)) as book:
        assert not book.students and looked(url)


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
