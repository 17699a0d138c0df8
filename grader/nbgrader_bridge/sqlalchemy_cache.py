"""One run's looks at nbgrader's database share what SQLAlchemy has learned about its SQL.

nbgrader makes a new engine for every look, seven for each submission, and a new engine compiles every statement anew: a third of
the time of recording a submission. SQLAlchemy asks a URL's plugin about each engine it makes, which is where they are brought together.
"""

from sqlalchemy.dialects import plugins
from sqlalchemy.engine import CreateEnginePlugin, make_url

_NAME = "grader_shared"


def shared(url):
    """The same database's URL, whose engines compile each statement once in this process."""
    return (
        make_url(url).update_query_pairs([("plugin", _NAME)]).render_as_string(hide_password=False)
    )


class Shared(CreateEnginePlugin):
    """Gives every engine of one database the first one's dialect, which compiled statements belong to, and one cache of them."""

    _known: dict = {}  # URL -> (dialect, compiled statements): nbgrader has some forty

    def __init__(self, url, kwargs):
        super().__init__(url, kwargs)
        self.database = url.difference_update_query(["plugin"])

    def update_url(self, url):
        return self.database

    def engine_created(self, engine):
        engine.dialect, compiled = self._known.setdefault(self.database, (engine.dialect, {}))
        engine.update_execution_options(compiled_cache=compiled)


plugins.register(_NAME, __name__, Shared.__name__)
