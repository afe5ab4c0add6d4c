"""Resources of a state that the engine has exported: what exists, secrets withheld."""

from pathlib import Path
from typing import Final

from pavedroad.governance import Resource
from pavedroad.policy.errors import SourceError
from pavedroad.policy.sources.engine_json import read_json, resource_of

_STACK: Final = "pulumi:pulumi:Stack"


def exported(file: Path) -> list[Resource]:
    """Read every resource of a stack's state, as it was declared.

    Inputs are judged: they are what a program can change, and what a provider adds by itself is no one's word.
    Resources that are only read, or are to be deleted anyway, are left out.

    Args:
        file: What ``pulumi stack export`` writes, or a stack's file in a file backend.

    Raises:
        SourceError: If it is neither.
    """
    content = read_json(file)
    try:
        state = content["checkpoint"]["latest"] if "checkpoint" in content else content["deployment"]
        resources = (state or {}).get("resources") or []
        kept = [each for each in resources if not each.get("delete") and not each.get("external")]
        return [resource_of(each, each.get("inputs")) for each in kept if each.get("type") != _STACK]
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{file}: expected what `pulumi stack export` writes: a mapping with deployment.resources"
        ) from error
    except SourceError as error:
        raise SourceError(f"{file}: {error}") from error
