"""What our port relies on in pyfingerprint: that it has these three private attributes and no more."""

from pyfingerprint.pyfingerprint import PyFingerprint


def test_pyfingerprint_keeps_exactly_what_we_set_in_its_constructors_place():
    private = {name for name, value in vars(PyFingerprint).items() if "__" in name[1:-2] and value is None}
    assert private == {"_PyFingerprint__address", "_PyFingerprint__password", "_PyFingerprint__serial"}
