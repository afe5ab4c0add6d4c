"""An HTTP API in front of a function: it asks for a token, lets so many requests through, and logs each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.logs import declare_log_group
from components.aws.place import late
from pavedroad.plan.functions.model import ALIAS

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.functions.model import FunctionPlan, HttpPlan

LOG_FORMAT = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "ip": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "length": "$context.responseLength",
        "latency": "$context.responseLatency",
        "refused": "$context.authorizer.error",
        "failed": "$context.integrationErrorMessage",
    }
)
"""What is logged of a request (API Gateway, *Customizing HTTP API access logs*): no headers, bodies or tokens."""


def declare_api(place: CloudPlace, plan: FunctionPlan, http: HttpPlan, alias: pulumi.CustomResource) -> None:
    """Declare the API in front of a function's live version, and let it and nothing else of its kind run that."""
    name = plan.function
    api = place.declare(
        "aws:apigatewayv2/api:Api",
        name,
        {"name": name, "protocolType": "HTTP"},
        late=("executionArn",),
    )
    of_api = {"apiId": late(api, "id")}
    authorizer = place.declare(
        "aws:apigatewayv2/authorizer:Authorizer",
        name,
        {
            **of_api,
            "name": "token",
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"issuer": http.issuer, "audiences": list(http.audience)},
        },
        tagged=False,
    )
    integration = place.declare(
        "aws:apigatewayv2/integration:Integration",
        name,
        {
            **of_api,
            "integrationType": "AWS_PROXY",
            "integrationUri": plan.target,
            "payloadFormatVersion": "2.0",
            "timeoutMilliseconds": plan.timeout * 1000,
        },
        tagged=False,
        after=(alias,),
    )
    target = late(integration, "id").apply(lambda found: f"integrations/{found}")
    for route in http.routes:
        place.declare(
            "aws:apigatewayv2/route:Route",
            f"{name}/{route}",
            {
                **of_api,
                "routeKey": route,
                "target": target,
                "authorizationType": "JWT",
                "authorizerId": late(authorizer, "id"),
                **({"authorizationScopes": list(http.scopes)} if http.scopes else {}),
            },
            tagged=False,
        )
    _declare_stage(place, plan, http, late(api, "id"))
    place.declare(
        "aws:lambda/permission:Permission",
        f"{name}/api",
        {
            "statementId": "api",
            "action": "lambda:InvokeFunction",
            "function": plan.function,
            "qualifier": ALIAS,
            "principal": "apigateway.amazonaws.com",
            "sourceArn": late(api, "executionArn").apply(lambda found: f"{found}/*/*"),
        },
        tagged=False,
        after=(alias,),
    )


def _declare_stage(place: CloudPlace, plan: FunctionPlan, http: HttpPlan, api: pulumi.Output[str]) -> None:
    """Declare the stage, whose changes are there at once, with its log and its limit."""
    logs = declare_log_group(place, http.log_group, plan.log_days, place.cloud.key("logs"))
    place.declare(
        "aws:apigatewayv2/stage:Stage",
        plan.function,
        {
            "apiId": api,
            "name": "$default",
            "autoDeploy": True,
            "accessLogSettings": {
                "destinationArn": place.cloud.account.arn("logs", f"log-group:{http.log_group}"),
                "format": LOG_FORMAT,
            },
            "defaultRouteSettings": {
                "throttlingRateLimit": http.rate,
                "throttlingBurstLimit": http.rate,
                "detailedMetricsEnabled": True,
            },
        },
        after=(logs,),
    )
