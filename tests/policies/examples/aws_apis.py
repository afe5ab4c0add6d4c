"""Examples of the controls about API Gateway."""

import json
from typing import Any

from tests.support.examples import REMOVED, Declared, Example

REST_API = "aws:apigateway/restApi:RestApi"
REST_STAGE = "aws:apigateway/stage:Stage"
METHOD = "aws:apigateway/method:Method"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
API = "aws:apigatewayv2/api:Api"
STAGE = "aws:apigatewayv2/stage:Stage"
ROUTE = "aws:apigatewayv2/route:Route"


def declared(type_: str, **properties: Any) -> Declared:
    return Declared(type=type_, properties=properties)


_METHOD = declared(
    METHOD, restApi="api-1", httpMethod="GET", authorization="AWS_IAM", requestValidatorId="validator-1"
)
_PREFLIGHT = declared(METHOD, restApi="api-1", httpMethod="OPTIONS", authorization="NONE")
_ROUTE = declared(ROUTE, apiId="api-1", routeKey="GET /orders", authorizationType="JWT")
_CONNECT = declared(ROUTE, apiId="api-1", routeKey="sendMessage")
_DEFAULT = declared(ROUTE, apiId="api-1", routeKey="$default")
_WEB_SOCKET = declared(API, id="api-1", protocolType="WEBSOCKET")
_DOCUMENT = {"paths": {"/orders": {"get": {"security": [{"users": []}]}, "parameters": []}}}
_CORS = {"allowOrigins": ["https://shop.example.com"], "allowMethods": ["*"], "allowCredentials": True}
_API = declared(API, name="orders", protocolType="HTTP", body=_DOCUMENT, corsConfiguration=_CORS)
_REST_API = declared(
    REST_API, id="api-1", body=json.dumps(_DOCUMENT), endpointConfiguration={"types": "REGIONAL"}
)
_PRIVATE_API = declared(REST_API, id="api-1", endpointConfiguration={"types": "PRIVATE"})
_FUNCTION_URL = declared("aws:lambda/functionUrl:FunctionUrl", authorizationType="AWS_IAM", cors=_CORS)
_ANSWER = declared(
    "aws:apigateway/integrationResponse:IntegrationResponse",
    responseParameters={
        "method.response.header.Access-Control-Allow-Origin": "'https://shop.example.com'",
        "method.response.header.Access-Control-Allow-Credentials": "'true'",
    },
)
_REST_STAGE = declared(
    REST_STAGE,
    arn="arn:stage",
    restApi="api-1",
    stageName="live",
    accessLogSettings={"destinationArn": "arn:logs", "format": "$context.requestId"},
    clientCertificateId="certificate-1",
    xrayTracingEnabled=True,
)
_STAGE = declared(
    STAGE,
    apiId="api-1",
    name="live",
    accessLogSettings={"destinationArn": "arn:logs", "format": "$context.requestId"},
    defaultRouteSettings={"throttlingRateLimit": 100, "throttlingBurstLimit": 200},
    routeSettings=[{"routeKey": "GET /orders", "dataTraceEnabled": False}],
)
_SETTINGS = declared(
    SETTINGS,
    restApi="api-1",
    stageName="live",
    methodPath="*/*",
    settings={
        "loggingLevel": "ERROR",
        "cachingEnabled": True,
        "cacheDataEncrypted": True,
        "throttlingRateLimit": 100,
        "throttlingBurstLimit": 200,
    },
)
_FIREWALL = declared("aws:wafv2/webAclAssociation:WebAclAssociation", resourceArn="arn:stage")
_DOMAIN = declared(
    "aws:apigateway/domainName:DomainName", domainName="a.example.com", securityPolicy="TLS_1_2"
)
_HTTP_DOMAIN = declared(
    "aws:apigatewayv2/domainName:DomainName",
    domainNameConfiguration={"endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"},
)
_VALIDATOR = declared(
    "aws:apigateway/requestValidator:RequestValidator", restApi="api-1", validateRequestBody=True
)
_PLAN = declared(
    "aws:apigateway/usagePlan:UsagePlan",
    apiStages=[{"apiId": "api-1", "stage": "live"}],
    throttleSettings={"rateLimit": 10, "burstLimit": 20},
    quotaSettings={"limit": 1000, "period": "DAY"},
)

_AUTHORIZED = "api-operations-authorized"
_EVERY_ORIGIN = "cors-credentials-for-named-origins"
_EXECUTION = "api-stages-log-execution"
_THROTTLED = "rest-api-stages-throttled"
_WAF = "public-apis-behind-waf"

EXAMPLES = (
    Example(control=_AUTHORIZED, declared=(_METHOD,), breaks="authorization", to="NONE"),
    Example(control=_AUTHORIZED, declared=(_PREFLIGHT,), breaks="httpMethod", to="ANY"),
    Example(control=_AUTHORIZED, declared=(_ROUTE,), breaks="authorizationType", to="NONE"),
    Example(control=_AUTHORIZED, declared=(_CONNECT,), breaks="routeKey", to="$connect"),
    Example(control=_AUTHORIZED, declared=(_DEFAULT, _WEB_SOCKET), of=1, breaks="protocolType", to="HTTP"),
    Example(control=_AUTHORIZED, declared=(_API,), breaks="target", to="arn:function"),
    Example(
        control=_AUTHORIZED, declared=(_API,), breaks=("body", "paths", "/orders", "get", "security"), to=[]
    ),
    Example(
        control=_AUTHORIZED,
        declared=(_REST_API,),
        breaks="body",
        to=json.dumps({"security": [{"users": []}], "paths": {"/orders": {"get": {}}}}),
    ),
    Example(
        control=_EVERY_ORIGIN, declared=(_API,), breaks="corsConfiguration.allowOrigins.0", to="https://*"
    ),
    Example(control=_EVERY_ORIGIN, declared=(_FUNCTION_URL,), breaks="cors.allowOrigins.0", to="*"),
    Example(
        control=_EVERY_ORIGIN,
        declared=(_ANSWER,),
        breaks=("responseParameters", "method.response.header.Access-Control-Allow-Origin"),
        to="'*'",
    ),
    Example(control="cors-narrow", declared=(_API,), breaks="corsConfiguration.allowOrigins.0", to="*"),
    Example(
        control="api-domains-require-tls-1-2", declared=(_DOMAIN,), breaks="securityPolicy", to="TLS_1_0"
    ),
    Example(control="api-domains-require-tls-1-2", declared=(_DOMAIN,), breaks="securityPolicy", to=REMOVED),
    Example(
        control="api-domains-require-tls-1-2",
        declared=(_HTTP_DOMAIN,),
        breaks="domainNameConfiguration.securityPolicy",
        to="TLS_1_0",
    ),
    Example(control="api-requests-validated", declared=(_METHOD,), breaks="requestValidatorId", to=REMOVED),
    Example(control="api-requests-validated", declared=(_VALIDATOR,), breaks="validateRequestBody", to=False),
    Example(
        control="rest-apis-declare-their-endpoint",
        declared=(_REST_API,),
        breaks="endpointConfiguration",
        to=REMOVED,
    ),
    Example(
        control="rest-apis-declare-their-endpoint",
        declared=(_REST_API,),
        breaks="endpointConfiguration.types",
        to=["EDGE"],
    ),
    Example(
        control="rest-apis-declare-their-endpoint",
        declared=(_PRIVATE_API,),
        breaks="endpointConfiguration.types",
        to="REGIONAL",
        settings={"allowed": ["PRIVATE"]},
    ),
    Example(control="api-stages-log-access", declared=(_REST_STAGE,), breaks="accessLogSettings", to=REMOVED),
    Example(
        control="api-stages-log-access",
        declared=(_STAGE,),
        breaks="accessLogSettings.destinationArn",
        to="",
    ),
    Example(control=_EXECUTION, declared=(_REST_STAGE, _SETTINGS), of=1, breaks="restApi", to="api-2"),
    Example(
        control=_EXECUTION, declared=(_REST_STAGE, _SETTINGS), of=1, breaks="settings.loggingLevel", to="OFF"
    ),
    Example(
        control="api-logs-hold-no-bodies", declared=(_SETTINGS,), breaks="settings.dataTraceEnabled", to=True
    ),
    Example(
        control="api-logs-hold-no-bodies",
        declared=(_STAGE,),
        breaks="routeSettings.0.dataTraceEnabled",
        to=True,
    ),
    Example(
        control="api-logs-hold-no-bodies",
        declared=(_STAGE,),
        breaks="defaultRouteSettings.dataTraceEnabled",
        to=True,
    ),
    Example(
        control="api-stages-show-a-certificate",
        declared=(_REST_STAGE,),
        breaks="clientCertificateId",
        to=REMOVED,
    ),
    Example(control=_WAF, declared=(_REST_STAGE, _FIREWALL), of=1, breaks="resourceArn", to="arn:other"),
    Example(
        control=_WAF,
        declared=(_REST_STAGE, _PRIVATE_API),
        of=1,
        breaks="endpointConfiguration.types",
        to="REGIONAL",
    ),
    Example(
        control="api-caches-encrypted", declared=(_SETTINGS,), breaks="settings.cacheDataEncrypted", to=False
    ),
    Example(control="api-stages-traced", declared=(_REST_STAGE,), breaks="xrayTracingEnabled", to=False),
    Example(
        control="usage-plans-limit-rate-and-quota",
        declared=(_PLAN,),
        breaks="throttleSettings.rateLimit",
        to=REMOVED,
    ),
    Example(
        control="usage-plans-limit-rate-and-quota", declared=(_PLAN,), breaks="quotaSettings", to=REMOVED
    ),
    Example(
        control="api-stages-throttled",
        declared=(_STAGE,),
        breaks="defaultRouteSettings.throttlingBurstLimit",
        to=0,
    ),
    Example(control=_THROTTLED, declared=(_REST_STAGE, _PLAN), of=1, breaks="apiStages.0.apiId", to="api-2"),
    Example(
        control=_THROTTLED,
        declared=(_REST_STAGE, _SETTINGS),
        of=1,
        breaks="settings.throttlingRateLimit",
        to=-1,
    ),
)
