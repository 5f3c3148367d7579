"""Payment gateway in the spec's own profile (spec, external system 2).

Amounts are whole 元; dates are Taipei wall-clock text `yyyy/MM/dd HH:mm:ss`, as ECPay writes them.
"""

from msgspec import field

from app.wire.codec import Message


class CheckoutRequest(Message, frozen=True, kw_only=True):
    """`POST /checkout`: starts an online payment."""

    merchant_id: str = field(name="MerchantID")
    merchant_trade_no: str = field(name="MerchantTradeNo")
    merchant_trade_date: str = field(name="MerchantTradeDate")
    payment_type: str = field(name="PaymentType")
    total_amount: int = field(name="TotalAmount")
    trade_desc: str = field(name="TradeDesc")
    item_name: str = field(name="ItemName")
    return_url: str = field(name="ReturnURL")
    client_back_url: str = field(name="ClientBackURL")


class PaymentCallback(Message, frozen=True, kw_only=True):
    """`POST /payment/callback`: `rtn_code` 1 is a success."""

    merchant_id: str = field(name="MerchantID")
    merchant_trade_no: str = field(name="MerchantTradeNo")
    rtn_code: int = field(name="RtnCode")
    rtn_msg: str = field(name="RtnMsg")
    trade_no: str = field(name="TradeNo")
    trade_amt: int = field(name="TradeAmt")
    payment_date: str = field(name="PaymentDate")
    payment_type: str = field(name="PaymentType")
    check_mac_value: str = field(name="CheckMacValue")
