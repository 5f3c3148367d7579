"""Which header means which field: the documented table of synonyms (docs/importing.md)."""

import re
import unicodedata
from collections.abc import Mapping

CUSTOMER_COLUMNS: Mapping[str, str] = {
    "customer_id": "客戶編號 編號 客戶代號 代號 客編 會員編號 會員代號 customer_id id no code",
    "customer_name": "姓名 客戶名稱 客戶姓名 名稱 店名 公司名稱 客戶 customer_name name customer",
    "nickname": "簡稱 暱稱 別名 稱呼 客戶簡稱 聯絡人 nickname contact",
    "phone": "電話 手機 行動電話 大哥大 市話 住家電話 公司電話 店面電話 聯絡電話 phone "
    "phone_primary telephone tel mobile",
    "extension": "分機 extension ext",
    "county": "縣市 county city",
    "district": "行政區 鄉鎮市區 鄉鎮區 district",
    "address": "地址 送貨地址 配送地址 住址 聯絡地址 full_address delivery_address address",
    "postal_code": "郵遞區號 郵區 postal_code zip zipcode",
    "zone": "配送區 配送區域 zone",
    "tax_id": "統編 統一編號 公司統編 tax_id vat ubn",
    "customer_type": "客戶類別 客戶類型 類別 類型 customer_type type",
    "status": "狀態 往來狀態 status",
    "credit_limit": "信用額度 額度 賒帳額度 credit_limit",
    "credit_used": "已用額度 欠款 欠帳 未收款 應收帳款 credit_used balance",
    "payment_terms": "付款條件 付款方式 結帳方式 收款方式 payment_terms terms",
    "email": "電子郵件 電子信箱 信箱 email mail",
    "note": "備註 備注 附註 註記 說明 送貨備註 note notes remark remarks memo",
    "special_price": "特價 專屬價 優惠價 special_price special_prices",
    "special_until": "特價到期 特價到期日 特價有效期限 特價期限 valid_until special_until",
    "fax": "傳真 fax",
}
PRODUCT_COLUMNS: Mapping[str, str] = {
    "product_id": "產品編號 商品編號 品號 貨號 編號 product_id id code sku",
    "product_name": "品名 產品名稱 商品名稱 名稱 product_name name product",
    "product_size": "規格 容量 公斤 公斤數 product_size size kg",
    "standard_price": "單價 售價 定價 牌價 價格 standard_price price",
    "deposit_amount": "押金 押瓶費 鋼瓶押金 桶押 deposit_amount deposit",
    "available_quantity": "庫存 庫存量 庫存數量 數量 available_quantity stock quantity",
    "requires_empty_return": "需回收空桶 回收空桶 收空桶 收空瓶 requires_empty_return",
    "active": "販售 販售中 狀態 啟用 active status",
    "upcoming_price": "新單價 新售價 調整後單價 調整後價格 upcoming_price new_price",
    "effective_from": "生效日 生效日期 調價日 effective_from effective",
}
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_MARKS = re.compile(r"[\W_]+")
_LAST_NUMBER = re.compile(r"\d+$")


class Headers:
    """Finds the field a header stands for."""

    def __init__(self, columns: Mapping[str, str], prefixed: str = "") -> None:
        self._fields = {
            plain(name): field for field, names in columns.items() for name in names.split()
        }
        self._prefixed = prefixed
        self._prefixes = [
            plain(name) for name in columns.get(prefixed, "").split() if len(plain(name)) > 1
        ]

    def field_of(self, header: str) -> str | None:
        """The field, or None; brackets, a closing number (電話2) and marks do not count."""
        name = plain(header)
        field = self._fields.get(name) or self._fields.get(_LAST_NUMBER.sub("", name))
        if field is None and self.product_in(header):
            return self._prefixed
        return field

    def product_in(self, header: str) -> str:
        """What the header of a special price names besides: P001 in 特價P001, 20kg in 20kg特價."""
        name = _MARKS.sub("", unicodedata.normalize("NFKC", header).lower())
        if name in self._fields:
            return ""
        for prefix in self._prefixes:
            if name.startswith(prefix):
                return name.removeprefix(prefix)
            if name.endswith(prefix):
                return name.removesuffix(prefix)
        return ""


def plain(header: str) -> str:
    """A header without case, width, spaces, marks and bracketed remarks."""
    folded = unicodedata.normalize("NFKC", header).lower()
    return _MARKS.sub("", _BRACKETS.sub("", folded)) or _MARKS.sub("", folded)
