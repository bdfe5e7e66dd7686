"""Calls operations with boto3. Reads {operation, input} a line, writes {status, error, message, output} a line."""

import base64
import datetime
import json
import sys

import boto3
import botocore
import botocore.exceptions
from aws_clock import set_clock


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return base64.b64encode(value.read()).decode()


def outcome(client, operation, given):
    try:
        output = getattr(client, botocore.xform_name(operation))(**given)
        status = output.pop("ResponseMetadata")["HTTPStatusCode"]
        return {"status": status, "output": output}
    except botocore.exceptions.ClientError as error:
        # Modelled exceptions are classes of the client, which is what programs catch.
        name = error.response["Error"]["Code"]
        modelled = getattr(client.exceptions, name, None)
        if modelled is not None and not isinstance(error, modelled):
            return {"broken": f"{name} came as {type(error).__name__}"}
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"status": status, "error": name, "message": error.response["Error"]["Message"]}
    except Exception as error:
        return {"broken": f"{operation}: {type(error).__name__}: {error}"}


set_clock()
codeguru = boto3.client("codeguruprofiler")
for line in sys.stdin:
    call = json.loads(line)
    print(json.dumps(outcome(codeguru, call["operation"], call["input"]), default=plain), flush=True)
