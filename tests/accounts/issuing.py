"""An outside issuer: its keys, its tokens, and a real server that publishes the keys."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://issuer.example"
AUDIENCE = "imagehub-clients"

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

_KEYS: dict[str, tuple[Any, Any]] = {
    "RS256": (RSA_KEY, jwt.algorithms.RSAAlgorithm),
    "ES256": (EC_KEY, jwt.algorithms.ECAlgorithm),
    "EdDSA": (ED_KEY, jwt.algorithms.OKPAlgorithm),
}


def published(*, suffix: str = "") -> dict[str, object]:
    """Return the key set with one key per algorithm, their ids ending in `suffix`."""
    keys = []
    for name, (key, algorithm) in _KEYS.items():
        public = json.loads(algorithm.to_jwk(key.public_key()))
        keys.append(public | {"kid": f"{name}{suffix}", "alg": name, "use": "sig"})
    return {"keys": keys}


def configuration(url: str, **changes: object) -> dict[str, object]:
    """Return an entry of JWT_ISSUERS."""
    usual = {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": url, "algorithms": ["RS256", "ES256", "EdDSA"]}
    return {**usual, **changes}


def claims(**changes: object) -> dict[str, object]:
    """Return good claims, changed; None takes one away."""
    now = int(time.time())
    usual: dict[str, object] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "person-1", "iat": now, "exp": now + 300}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(
    payload: Mapping[str, object],
    *,
    algorithm: str = "RS256",
    key: Any = None,
    headers: Mapping[str, object] | None = None,
) -> str:
    """Return a token as the issuer would sign it."""
    fields = {"kid": algorithm, **(headers or {})}
    return jwt.encode(dict(payload), key or _KEYS[algorithm][0], algorithm=algorithm, headers=fields)


def raw(header: str, payload: str, signature: bytes = b"x") -> str:
    """Return three segments that nobody signed, from JSON texts."""
    return ".".join(segment(part) for part in (header.encode(), payload.encode(), signature))


def resigned(header: str, payload: str) -> str:
    """Return a token over these very JSON texts with a good RS256 signature."""
    message = f"{segment(header.encode())}.{segment(payload.encode())}"
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(message.encode(), RSA_KEY)
    return f"{message}.{segment(signature)}"


def segment(data: bytes) -> str:
    """Return bytes as a segment of a token."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
