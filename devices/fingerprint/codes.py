"""What a ZFM-20/R30x sensor is told and answers.

Source: ZFM-20 user manual (ZhianTec), instruction and confirmation code tables; 1B, 50 and 51 from the R307's; 35,
3C, 3D, 40, 53 and the answers 1B to 1D from the R503's.
"""

from enum import IntEnum


class Instruction(IntEnum):
    """First byte of a command. `UP` is from the sensor to the computer, `DOWN` the other way."""

    GEN_IMG = 0x01
    IMG_2_TZ = 0x02
    MATCH = 0x03
    SEARCH = 0x04
    REG_MODEL = 0x05
    STORE = 0x06
    LOAD = 0x07
    UP_CHAR = 0x08
    DOWN_CHAR = 0x09
    UP_IMAGE = 0x0A
    DOWN_IMAGE = 0x0B
    DELETE = 0x0C
    EMPTY = 0x0D
    SET_SYS_PARA = 0x0E
    READ_SYS_PARA = 0x0F
    SET_PWD = 0x12
    VFY_PWD = 0x13
    GET_RANDOM = 0x14
    SET_ADDR = 0x15
    HIGH_SPEED_SEARCH = 0x1B
    TEMPLATE_NUM = 0x1D
    READ_INDEX_TABLE = 0x1F
    AURA = 0x35
    BREATHING_LED = 0x3C
    SOFT_RESET = 0x3D
    HANDSHAKE = 0x40
    LED_ON = 0x50
    LED_OFF = 0x51
    ECHO = 0x53


class Confirmation(IntEnum):
    """First byte of an answer."""

    OK = 0x00
    PACKET_ERROR = 0x01
    NO_FINGER = 0x02
    ENROL_FAIL = 0x03
    MESSY = 0x06
    FEW_FEATURES = 0x07
    NO_MATCH = 0x08
    NOT_FOUND = 0x09
    MERGE_FAIL = 0x0A
    BAD_PAGE = 0x0B
    TEMPLATE_READ = 0x0C
    UP_CHAR_FAIL = 0x0D
    CANNOT_RECEIVE = 0x0E
    UP_IMAGE_FAIL = 0x0F
    DELETE_FAIL = 0x10
    CLEAR_FAIL = 0x11
    WRONG_PASSWORD = 0x13
    NO_VALID_IMAGE = 0x15
    FLASH = 0x18
    BAD_REGISTER = 0x1A
    BAD_REGISTER_VALUE = 0x1B
    BAD_NOTEPAD_PAGE = 0x1C
    PORT_FAIL = 0x1D
    WRONG_ADDRESS = 0x20
    MUST_VERIFY = 0x21
    READY = 0x55
