"""What can be wrong with a document that crosses a door, and with the keys that close and open it.

RecordError
├── MalformedRecordError    the bytes are not a document of the schema they name
├── DigestMismatchError     the bytes are not those that were announced
├── BadReceiptError         what should be the region's word is not, or not on this object
├── BadSignatureError       the signature is not this key's over these bytes
├── NoKeyError              sealed to a key that is not at hand; it opens once the key is restored
├── DamagedSealError        sealed to our key, but changed or cut short since
├── LostFileError           a file that counts is neither here nor was it ever sealed; it has to be captured again
└── KeyStoreError
    ├── MissingKeyError     the key is not where it should be
    ├── KeyExistsError      another key is there already; it is never written over
    └── UnusableKeyError    this text is no such key: a typing mistake, or another kind of key
"""


class RecordError(Exception):
    """Base of everything `records` raises."""


class MalformedRecordError(RecordError):
    """The bytes are not a document of the schema they name; sending them again cannot help."""


class DigestMismatchError(RecordError):
    """The bytes arrived changed or cut short; sending them again can help."""


class BadReceiptError(RecordError):
    """It is no receipt, not signed by the region, or about another object; nothing has been confirmed."""


class BadSignatureError(RecordError):
    """The signature is not this key's over these bytes."""


class NoKeyError(RecordError):
    """Sealed to a key that is not at hand."""


class DamagedSealError(RecordError):
    """Sealed to our key, but changed or cut short since."""


class LostFileError(RecordError):
    """A file that counts is neither here nor was it ever sealed; it has to be captured again."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"file {digest} is gone or damaged and was never sealed")
        self.digest = digest


class KeyStoreError(RecordError):
    """Something is wrong with a key; the message says what to do."""


class MissingKeyError(KeyStoreError):
    """The key is not where it should be."""


class KeyExistsError(KeyStoreError):
    """Another key is there already; it is never written over."""


class UnusableKeyError(KeyStoreError):
    """This text is no such key."""
