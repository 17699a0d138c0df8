"""One run's looks at nbgrader's database share what SQLAlchemy has learned about its SQL and its tables.

nbgrader makes a new engine for every look, eight for each submission. A new engine compiles every statement anew, a third of the
time of recording a submission, and asks of every table whether it is there. SQLAlchemy asks a URL's plugin about each engine it makes,
which is where they are brought together.
"""

from sqlalchemy.dialects import plugins
from sqlalchemy.engine import CreateEnginePlugin, make_url

_NAME = "grader_shared"


def shared(url):
    """The same database's URL, whose engines compile each statement once in this process and look for each table once from here on."""
    own = make_url(url)
    Shared.tables.pop(own, None)  # the file may be another one since the last run
    return own.update_query_pairs([("plugin", _NAME)]).render_as_string(hide_password=False)


class Shared(CreateEnginePlugin):
    """Gives every engine of one database the first one's dialect, which compiled statements belong to, and one cache of them."""

    _known: dict = {}  # URL -> (dialect, compiled statements): nbgrader has some forty
    tables: dict = {}  # URL -> the tables that were seen there

    def __init__(self, url, kwargs):
        super().__init__(url, kwargs)
        self.database = url.difference_update_query(["plugin"])

    def update_url(self, url):
        return self.database

    def engine_created(self, engine):
        if self.database not in self._known:
            engine.dialect.has_table = self._seen_once(engine.dialect.has_table)
        engine.dialect, compiled = self._known.setdefault(self.database, (engine.dialect, {}))
        engine.update_execution_options(compiled_cache=compiled)

    def _seen_once(self, has_table):
        def ask(connection, name, *rest, **more):
            seen = self.tables.setdefault(self.database, set())
            if name not in seen and has_table(connection, name, *rest, **more):
                seen.add(name)
            return name in seen

        return ask


plugins.register(_NAME, __name__, Shared.__name__)
