"""What can be wrong with a document that crosses a door.

RecordError
├── MalformedRecordError    the bytes are not a document of the schema they name
├── DigestMismatchError     the bytes are not those that were announced
└── BadReceiptError         what should be the region's word is not, or not on this object
"""


class RecordError(Exception):
    """Base of everything `records` raises."""


class MalformedRecordError(RecordError):
    """The bytes are not a document of the schema they name; sending them again cannot help."""


class DigestMismatchError(RecordError):
    """The bytes arrived changed or cut short; sending them again can help."""


class BadReceiptError(RecordError):
    """It is no receipt, not signed by the region, or about another object; nothing has been confirmed."""
