"""Self-contained pages from Jinja2 templates: no script, nothing remote, and all that is not marked as HTML is escaped."""

import base64
import hashlib
from importlib.resources import files


def page(package: str, name: str, filters: dict | None = None, **values) -> str:
    """A page from `templates/NAME.html.j2` of a package, with `templates/NAME.css` behind the style that all pages have.

    The template extends `base.html.j2`, which is here.
    """
    import jinja2
    from markupsafe import Markup

    homes = [jinja2.PackageLoader(home, "templates") for home in (package, "grader.reports")]
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.ChoiceLoader(homes),
    )
    environment.filters.update(filters or {})
    own = files(package).joinpath("templates", f"{name}.css").read_text("utf-8")
    style = "\n" + files("grader.reports").joinpath("style.css").read_text("utf-8") + own
    return environment.get_template(f"{name}.html.j2").render(
        style=Markup(style),  # as it is: its hash stands in the page
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        **values,
    )
