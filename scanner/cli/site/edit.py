"""``camcensus site edit``: other terms for a site, in an editor or by a file."""

import click

from scanner.cli import talk
from scanner.cli.inventory import opened
from scanner.cli.invocation import takes_common
from scanner.cli.option import takes_database
from scanner.cli.site.document import checked, summary, text_of, today_at
from scanner.errors import UsageProblem
from scanner.export.file import write_rescue
from scanner.model.site import Site
from scanner.site.scope import check_authorised


@click.command()
@click.argument("name")
@click.argument("file", required=False, metavar="[FILE]")
@takes_database
@takes_common
def edit(name: str, file: str | None, db: str | None) -> None:
    """Replace the site file of NAME by FILE, or open it in $EDITOR.

    Nothing is stored unless the whole file is right. It may give the site another name.
    """
    with opened(db) as inventory:
        before = inventory.site_text(name)
        text = text_of(file) if file else click.edit(before, extension=".toml")
        if text is None or text == before:
            talk.info("Nothing was changed.")
            return
        site = checked(text, file) if file else _checked_or_kept(text, name)
        inventory.change_site(name, text)
    _tell(site)


def _checked_or_kept(text: str, name: str) -> Site:
    """Return the site; what somebody typed is kept in a file when it is not right. Raises UsageProblem."""
    try:
        return checked(text, "The edited file")
    except UsageProblem as error:
        kept = write_rescue("camcensus-site", ".toml", [text])
        raise UsageProblem(
            f"{error} Your text is kept: correct it there and run camcensus site edit '{name}' {kept}"
        ) from error


def _tell(site: Site) -> None:
    """Say what the site is now. That its authorisation has ended may be why it was edited."""
    try:
        warning = check_authorised(site, today_at(site))
    except UsageProblem as ended:
        warning = str(ended)
    if warning:
        talk.warning(warning)
    talk.info(f"The site {site.name} is changed: {summary(site)}.")
