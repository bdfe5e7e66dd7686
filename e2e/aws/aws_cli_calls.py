"""Runs commands of the AWS CLI. Reads [argument, …] a line, writes {code, stdout, stderr}."""

import contextlib
import io
import json
import sys

import awscli.clidriver
from aws_clock import set_clock


def command(arguments):
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            code = driver.main(arguments)
        except SystemExit as end:
            code = end.code
    return {"code": code, "stdout": said.getvalue(), "stderr": complained.getvalue()}


set_clock()
driver = awscli.clidriver.create_clidriver()
for line in sys.stdin:
    print(json.dumps(command(json.loads(line))), flush=True)
