"""An object store that speaks S3 over HTTP, which we did not write: moto's server, in this process, on a free port."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer

ACCESS, SECRET = "made-up-access", "made-up-secret-4711"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of the running store."""

    endpoint: str
    name: str


@contextmanager
def running_object_store() -> Iterator[Bucket]:
    """Run it, with one empty bucket and its credentials in the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    server.start()
    try:
        os.environ.update(CREDENTIALS)
        host, port = server.get_host_and_port()
        bucket = Bucket(f"http://{host}:{port}", f"kaodian-{secrets.token_hex(4)}")
        client = boto3.session.Session().client("s3", endpoint_url=bucket.endpoint, region_name="us-east-1")
        client.create_bucket(Bucket=bucket.name)
        client.close()
        yield bucket
    finally:
        server.stop()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
