"""Real object stores: a bucket of Ceph's S3 gateway, and a container of Microsoft's own stand-in for Azure Blob.

Both check signatures, as the real ones do. Neither keeps anything beyond its end.
"""

import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import boto3  # type: ignore[import-untyped]  # carries no types
from azure.storage.blob import BlobServiceClient

from tests.programs import path_of
from tests.servers import PATIENCE, free_port, listens, running, started

ACCESS, SECRET = "TESTACCESSKEY0001", "test-secret-key-000000000001"
_TRIES = 5  # starts of the object server
ACCOUNT = "devstoreaccount1"
# The key that Microsoft publishes for its stand-in; nobody else answers to it.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextmanager
def s3(*buckets: str) -> Iterator[list[str]]:
    """Run a private S3 gateway with these buckets, and give their STORAGE_URLs."""
    with tempfile.TemporaryDirectory(prefix="ih-", dir="/tmp") as folder, ExitStack() as servers:
        port = _gateway(Path(folder), servers)
        endpoint = f"http://127.0.0.1:{port}"
        client = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET, region_name="default"
        )
        for bucket in buckets:
            client.create_bucket(Bucket=bucket)
        yield [f"s3://{ACCESS}:{SECRET}@{bucket}?endpoint={endpoint}&region=default" for bucket in buckets]


@contextmanager
def azure(*containers: str) -> Iterator[list[str]]:
    """Run a private Azurite with these containers, and give their STORAGE_URLs."""
    port = free_port()
    options = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--inMemoryPersistence"]
    command = [path_of("azurite-blob"), "--blobHost", "127.0.0.1", "--blobPort", str(port), *options]
    with running(command, lambda: listens(port)):
        words = f"AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
        account = f"DefaultEndpointsProtocol=http;{words}"
        with BlobServiceClient.from_connection_string(account) as client:
            for container in containers:
                client.create_container(container)
        yield [f"azure://{container}?connection_string={quote(account, safe='')}" for container in containers]


def _gateway(folder: Path, servers: ExitStack) -> int:
    """Start monitor, object server and gateway, and return the gateway's port."""
    port, monitor_port = free_port(), free_port()
    ceph = ["-c", str(_configured(folder, port, monitor_port))]
    _monitor(folder, ceph, monitor_port, servers)
    _disk(folder, ceph, servers)
    user = ["--uid=test", "--display-name=test", f"--access-key={ACCESS}", f"--secret={SECRET}"]
    _call("radosgw-admin", *ceph, "-n", "client.rgw", "user", "create", *user)
    servers.enter_context(running([path_of("radosgw"), *ceph, "-n", "client.rgw", "-f"], lambda: listens(port)))
    return port


def _configured(folder: Path, port: int, monitor_port: int) -> Path:
    for name in ("mon", "osd", "rgw", "run"):
        (folder / name).mkdir()
    file = folder / "ceph.conf"
    words = {"folder": folder, "port": port, "monitor_port": monitor_port, "fsid": uuid.uuid4()}
    file.write_text(_CONFIGURATION.format(**words), encoding="utf-8")
    return file


def _monitor(folder: Path, ceph: list[str], port: int, servers: ExitStack) -> None:
    fsid = (folder / "ceph.conf").read_text(encoding="utf-8").split()[3]
    _call("monmaptool", "--create", "--addv", "a", f"[v1:127.0.0.1:{port}]", "--fsid", fsid, folder / "map")
    _call("ceph-authtool", "--create-keyring", folder / "keys", "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    _call("ceph-mon", *ceph, "-i", "a", "--mkfs", "--monmap", folder / "map", "--keyring", folder / "keys")
    # It listens before it knows who may ask for what.
    log = folder / "mon.a.log"
    _serve(servers, "ceph-mon", *ceph, "-i", "a", "-f", ready=lambda: listens(port) and _says(log, ".osd e1 e1:"))


def _disk(folder: Path, ceph: list[str], servers: ExitStack) -> None:
    name = str(uuid.uuid4())
    number = _call("ceph", *ceph, "--name", "client.admin", "--keyring", "/dev/null", "osd", "new", name).split()[-1]
    for _ in range(_TRIES):
        # The monitor may not know the disk yet that it has just acknowledged; its server then gives up.
        with suppress(RuntimeError):
            _server_of_disk(folder, ceph, servers, (number, name))
            return
    raise RuntimeError("no object server stays up")


def _server_of_disk(folder: Path, ceph: list[str], servers: ExitStack, disk: tuple[str, str]) -> None:
    number, name = disk
    shutil.rmtree(folder / "osd")
    (folder / "osd").mkdir()
    (folder / "osd" / "keyring").touch()
    _call("ceph-osd", *ceph, "-i", number, "--mkfs", "--osd-uuid", name)
    log = folder / f"osd.{number}.log"
    _serve(servers, "ceph-osd", *ceph, "-i", number, "-f", ready=lambda: _says(log, "booting -> active"))


def _says(log: Path, words: str) -> bool:
    return log.exists() and words in log.read_text(encoding="utf-8", errors="replace")


def _call(program: str, *arguments: object) -> str:
    command = [path_of(program), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=4 * PATIENCE).stdout


def _serve(servers: ExitStack, program: str, *arguments: str, ready: Callable[[], bool]) -> None:
    process = started([path_of(program), *arguments], ready)
    # It may outlive a polite word, and the next on its port would meet it.
    servers.callback(process.wait, PATIENCE)
    servers.callback(process.send_signal, signal.SIGKILL)


_CONFIGURATION = """[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{monitor_port}
mon initial members = a
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
ms bind ipv6 = false
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true
mon warn on pool no redundancy = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 1000
mon osd min down reporters = 1
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/$name.log
mon cluster log file = {folder}/cluster.log
pid file = {folder}/run/$name.pid
[mon]
mon data = {folder}/mon
mon allow pool size one = true
mon data avail crit = 1
mon data avail warn = 2
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd memory target = 536870912
osd class load list = *
osd class default list = *
osd op num threads per shard = 1
osd op num shards = 2
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw data = {folder}/rgw
rgw thread pool size = 32
rgw dns name = localhost
rgw crypt require ssl = false
rgw run sync thread = false
rgw enable usage log = false
keyring = /dev/null
"""
