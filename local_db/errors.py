"""Why the register's memory refuses to work; every text says what a person can do.

`str()` is the English sentence, `zh` the same in Traditional Chinese (the chosen language lies in
the database that may not open), `code` is stable.
"""


class StorageRefused(Exception):
    """Nothing was changed on disk; the text says what to do."""

    code = "STORAGE_REFUSED"

    def __init__(self, text: str, zh: str) -> None:
        super().__init__(text)
        self.zh = zh


class DiskFull(StorageRefused):
    """The write did not fit on the disk; the transaction is undone, the files are intact."""

    code = "DISK_FULL"

    def __init__(self) -> None:
        super().__init__(
            "The disk is full or takes no more writes. Nothing was saved. "
            "Free some space and try again.",
            "磁碟已滿或無法寫入，資料沒有存檔。請清出空間後再試一次。",
        )


class StorageReadOnly(StorageRefused):
    """The profile directory or a file in it may not be written."""

    code = "STORAGE_READ_ONLY"

    def __init__(self) -> None:
        super().__init__(
            "The register's files are read-only. Give this user write permission and try again.",
            "本機資料檔是唯讀的。請開放這位使用者的寫入權限後再試一次。",
        )


class StorageBusy(StorageRefused):
    """Another program holds the file longer than the busy timeout."""

    code = "STORAGE_BUSY"

    def __init__(self) -> None:
        super().__init__(
            "Another program is holding the register's files. Close it (a backup or a second "
            "copy of this program) and try again.",
            "本機資料檔正被其他程式使用。請關閉該程式（例如備份軟體或另一個櫃台視窗）後再試一次。",
        )


class StorageDamaged(StorageRefused):
    """A file is not a sound database any more."""

    code = "STORAGE_DAMAGED"

    def __init__(self, name: str = "orders.db") -> None:
        super().__init__(
            f"The file {name} is damaged. Do not delete it: copy the whole profile folder aside "
            "and ask for help.",
            f"檔案 {name} 已損壞。請勿刪除：先把整個資料夾另外備份，再請人協助。",
        )


class WrongKey(StorageRefused):
    """The key does not open the file."""

    code = "WRONG_KEY"

    def __init__(self, name: str = "orders.db") -> None:
        super().__init__(
            f"The key of this machine does not open {name}. Sign in as the user who set this "
            "register up, or bring the profile's key back; no new key is made for existing orders.",
            f"這台電腦的金鑰打不開 {name}。請改用當初設定本機的使用者登入，或還原金鑰；"
            "已有訂單時不會另產生新金鑰。",
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
            f"knows {known}). Install the newer version again; nothing was changed.",
            f"訂單是由較新版本的程式儲存的（格式 {found}，本程式只認得 {known}）。"
            "請裝回較新的版本；資料沒有變動。",
        )
        self.found = found
        self.known = known


class NetworkDrive(StorageRefused):
    """The profile directory lies on a network file system, where locks can not be trusted."""

    code = "NETWORK_DRIVE"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The register's files may not lie on a network drive ({kind}). "
            "Choose a folder on this computer's own disk.",
            f"本機資料檔不能放在網路磁碟上（{kind}）。請改用這台電腦自己的磁碟。",
        )


class AlreadyRunning(StorageRefused):
    """Another copy of the program works on this profile."""

    code = "ALREADY_RUNNING"

    def __init__(self) -> None:
        super().__init__(
            "The counter is already running on this computer.", "櫃台程式已經在這台電腦上執行中。"
        )


class UnusableSnapshot(StorageRefused):
    """A downloaded reference file is not what it should be; it was not adopted."""

    code = "UNUSABLE_SNAPSHOT"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The downloaded reference copy can not be used ({what}); it will be fetched again.",
            "下載的客戶與價格資料無法使用，將重新下載。",
        )
