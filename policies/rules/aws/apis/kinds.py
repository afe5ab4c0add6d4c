"""The resources of an API, and how they belong to each other."""

from typing import Final

from pavedroad.governance import Resource, Stack, Truth, all_of
from pavedroad.governance.truth import truth
from policies.rules.aws.joins import Found, Named, Pointing

REST_API: Final = "aws:apigateway/restApi:RestApi"
REST_STAGE: Final = "aws:apigateway/stage:Stage"
METHOD: Final = "aws:apigateway/method:Method"
METHOD_SETTINGS: Final = "aws:apigateway/methodSettings:MethodSettings"
API: Final = "aws:apigatewayv2/api:Api"
STAGE: Final = "aws:apigatewayv2/stage:Stage"
ROUTE: Final = "aws:apigatewayv2/route:Route"

EVERY_METHOD: Final = "*/*"


def rest_apis(stack: Stack) -> Named:
    """Index REST APIs, which others point at; see `Stack.derived`."""
    return Named(stack.of_types({REST_API}), ("id",))


def apis(stack: Stack) -> Named:
    """Index HTTP and WebSocket APIs, which others point at; see `Stack.derived`."""
    return Named(stack.of_types({API}), ("id",))


def settings_of(stage: Resource, stack: Stack) -> Found:
    """List the settings of methods that may be about ``stage``, each with whether they are."""
    found = stack.derived(_method_settings).at(stage, ("stageName",))
    return [(each, all_of(does, _of_one_api(each, stage))) for each, does in found]


def _method_settings(stack: Stack) -> Pointing:
    return Pointing(stack.of_types({METHOD_SETTINGS}), "stageName")


def _of_one_api(settings: Resource, stage: Resource) -> Truth:
    """Whether settings and a stage, which may share its name with those of other APIs, are of the same API."""
    made_from = set(settings.references.get("restApi", ()))
    if made_from and stage.references.get("restApi"):
        return truth(holds=not made_from.isdisjoint(stage.references["restApi"]))
    return settings.properties.text("restApi").same_as(stage.properties.text("restApi"))
