"""Why the register's memory refuses to work; every message says what a person can do.

`code` is stable, so that a screen can say the same in another language.
"""


class StorageRefused(Exception):
    """Nothing was changed on disk; the text says what to do."""

    code = "STORAGE_REFUSED"


class DiskFull(StorageRefused):
    """The write did not fit on the disk; the transaction is undone, the files are intact."""

    code = "DISK_FULL"

    def __init__(self) -> None:
        super().__init__(
            "The disk is full or takes no more writes. Nothing was saved. "
            "Free some space and try again."
        )


class StorageReadOnly(StorageRefused):
    """The profile directory or a file in it may not be written."""

    code = "STORAGE_READ_ONLY"

    def __init__(self) -> None:
        super().__init__(
            "The register's files are read-only. Give this user write permission and try again."
        )


class StorageBusy(StorageRefused):
    """Another program holds the file longer than the busy timeout."""

    code = "STORAGE_BUSY"

    def __init__(self) -> None:
        super().__init__(
            "Another program is holding the register's files. Close it (a backup or a second "
            "copy of this program) and try again."
        )


class StorageDamaged(StorageRefused):
    """A file is not a sound database any more."""

    code = "STORAGE_DAMAGED"

    def __init__(self, name: str = "orders.db") -> None:
        super().__init__(
            f"The file {name} is damaged. Do not delete it: copy the whole profile folder aside "
            "and ask for help."
        )


class WrongKey(StorageRefused):
    """The key does not open the file."""

    code = "WRONG_KEY"

    def __init__(self, name: str = "orders.db") -> None:
        super().__init__(
            f"The key of this machine does not open {name}. Sign in as the user who set this "
            "register up, or bring the profile's key back; no new key is made for existing orders."
        )


class KeyUnavailable(StorageRefused):
    """The key of an existing database can not be read now."""

    code = "KEY_UNAVAILABLE"


class NewerSchema(StorageRefused):
    """The file was written by a newer version of the program; it is left untouched."""

    code = "NEWER_SCHEMA"

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The register's orders were saved by a newer version (schema {found}, this program "
            f"knows {known}). Install the newer version again; nothing was changed."
        )
        self.found = found
        self.known = known


class NetworkDrive(StorageRefused):
    """The profile directory lies on a network file system, where locks can not be trusted."""

    code = "NETWORK_DRIVE"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The register's files may not lie on a network drive ({kind}). "
            "Choose a folder on this computer's own disk."
        )


class AlreadyRunning(StorageRefused):
    """Another copy of the program works on this profile."""

    code = "ALREADY_RUNNING"

    def __init__(self) -> None:
        super().__init__("The counter is already running on this computer.")


class UnusableSnapshot(StorageRefused):
    """A downloaded reference file is not what it should be; it was not adopted."""

    code = "UNUSABLE_SNAPSHOT"
