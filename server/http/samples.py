"""Examples in the OpenAPI document: the spec's own samples."""

from typing import Any

CUSTOMER: dict[str, Any] = {
    "customer_id": "C000123",
    "customer_name": "王大明",
    "phone_primary": "0912-345-678",
    "tax_id": "12345678",
    "customer_type": "COMMERCIAL",
    "credit_limit": 50000.00,
    "credit_used": 12000.00,
    "credit_available": 38000.00,
    "status": "ACTIVE",
    "payment_terms": "NET30",
    "delivery_addresses": [
        {
            "address_id": 456,
            "address_type": "01",
            "full_address": "台北市信義區信義路五段7號",
            "postal_code": "11049",
            "zone": "NORTH",
            "is_default": True,
        }
    ],
    "special_prices": [
        {"product_id": "P001", "special_price": 820.00, "valid_until": "2024-12-31"}
    ],
}
FIGURES: dict[str, Any] = {
    "customer_id": "C000123",
    "credit_limit": 50000,
    "credit_used": 13835,
    "credit_available": 36165,
    "on_hold": False,
    "hold_reason": "",
    "overdue_amount": 0,
    "days_overdue": 0,
    "version": 7,
    "as_of": "2024-01-25T14:30:00Z",
}
CREDIT_UPDATE: dict[str, Any] = {
    "operation": "RESERVE",
    "amount": 1835.00,
    "order_id": "O-20240125-000123",
    "timestamp": "2024-01-25T14:30:00Z",
}
STATISTICS: dict[str, Any] = {
    "last_order_date": "2024-01-25",
    "total_orders_count": 156,
    "total_order_value": 234500.00,
    "average_order_value": 1503.20,
    "favorite_products": ["P001", "P002"],
}
HOLD: dict[str, Any] = {
    "hold_status": "ACTIVE",
    "hold_reason": "OVERDUE_PAYMENT",
    "overdue_amount": 5600.00,
    "days_overdue": 45,
    "affected_orders": ["O-20240125-000456", "O-20240125-000457"],
}
PRODUCTS: dict[str, Any] = {
    "products": [
        {
            "product_id": "P001",
            "product_name": "20kg 瓦斯桶",
            "product_size": "20KG",
            "standard_price": 850.00,
            "track_inventory": True,
            "available_quantity": 523,
            "reserved_quantity": 45,
            "requires_empty_return": True,
            "deposit_amount": 1500.00,
            "active": True,
        }
    ]
}
PRICING: dict[str, Any] = {
    "volume_discounts": [
        {"min_quantity": 10, "discount_percent": 2},
        {"min_quantity": 20, "discount_percent": 3},
    ],
    "zone_delivery_fees": {"NORTH": 50.00, "CENTRAL": 80.00, "SOUTH": 100.00, "REMOTE": 200.00},
    "time_slot_surcharges": {"URGENT": 1.5, "EVENING": 1.3, "HOLIDAY": 2.0},
}
PARAMETERS: dict[str, Any] = {
    "business_hours": {
        "weekday_start": "08:00",
        "weekday_end": "18:00",
        "saturday_start": "08:00",
        "saturday_end": "12:00",
        "sunday": "CLOSED",
    },
    "order_settings": {
        "minimum_order_value": 800.00,
        "same_day_cutoff": "14:00",
        "advance_booking_days": 30,
        "cancellation_window_hours": 4,
    },
}
INVALIDATION: dict[str, Any] = {
    "cache_type": "PRODUCTS",
    "affected_ids": ["P001", "P002"],
    "effective_time": "2024-01-25T15:00:00Z",
}
RESERVATION: dict[str, Any] = {
    "order_id": "O-20240125-000123",
    "revision": 1,
    "operation": "RESERVE",
    "lines": [{"product_id": "P001", "quantity": 2}],
    "timestamp": "2024-01-25T14:30:00Z",
}
MOVEMENT: dict[str, Any] = {
    "operation": "RECEIPT",
    "quantity": 120,
    "reference_number": "GR-20240125-001",
    "timestamp": "2024-01-25T08:10:00Z",
    "note": "煉油廠進貨",
}
ORDER: dict[str, Any] = {
    "order_uid": "018d4b1c-6e1f-7c3a-9a55-0c6f0f1f2a3b",
    "order_id": "O-20240125-010123",
    "revision": 1,
    "status": "CONFIRMED",
    "customer_id": "C000123",
    "customer_name": "王大明",
    "contact_phone": "0912-345-678",
    "address_id": 456,
    "delivery_address": "台北市信義區信義路五段7號",
    "zone": "NORTH",
    "order_date": "2024-01-25",
    "delivery_date": "2024-01-26",
    "time_slot": "02",
    "priority": "NORMAL",
    "payment_method": "MONTHLY",
    "invoice_type": "DUPLICATE",
    "tax_id": "",
    "note": "請按門鈴",
    "lines": [
        {
            "product_id": "P001",
            "description": "20kg 瓦斯桶",
            "quantity": 2,
            "unit_price": 850.00,
            "amount": 1700,
            "empties": 2,
            "deposits": 0,
            "deposit_amount": 0,
            "residual_kg": 0,
            "residual_credit": 0,
            "weight_kg": 40,
        }
    ],
    "goods": 1700,
    "tax": 85,
    "delivery_fee": 50,
    "deposits": 0,
    "residual_credit": 0,
    "payable": 1835,
    "invoice_sales": 1700,
    "invoice_tax": 85,
    "price_version": "9f86d081884c7d65",
    "credit": {"outcome": "APPROVED", "source": "LIVE", "available": 38000},
    "clerk": "demo",
    "taken_at": "2024-01-25T14:30:00Z",
}
OUTBOX: dict[str, Any] = {
    "msg_id": "018d4b1c-7a2e-7b11-8c66-3f1a5d9e0b77",
    "device_id": "018d4a00-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
    "install_epoch": 1,
    "lane": "C000123",
    "lane_seq": 1,
    "kind": "order.placed",
    "payload_version": 1,
    "created_at": "2024-01-25T14:30:00Z",
    "body": ORDER,
}
UPLOADED: dict[str, Any] = {
    "status": "accepted",
    "msg_id": "018d4b1c-7a2e-7b11-8c66-3f1a5d9e0b77",
    "server_pos": 4711,
    "reason": "",
    "detail": "",
    "difference": 0,
    "order_status": "CONFIRMED",
}
DAILY_ORDERS: dict[str, Any] = {
    "report_date": "2024-01-25",
    "summary": {
        "total_orders": 156,
        "total_revenue": 234500.00,
        "total_cylinders": 203,
        "cancelled_orders": 4,
        "delivery_success_rate": 0.94,
    },
    "by_zone": {"NORTH": {"orders": 67, "revenue": 98500.00}},
    "by_product": {"P001": {"quantity": 145, "revenue": 123250.00}},
    "by_customer_type": {"COMMERCIAL": {"orders": 89, "revenue": 156300.00}},
}
METRIC: dict[str, Any] = {
    "metric_type": "ORDER_CREATED",
    "timestamp": "2024-01-25T14:30:00Z",
    "dimensions": {
        "zone": "NORTH",
        "customer_type": "COMMERCIAL",
        "product_category": "STANDARD",
        "payment_method": "MONTHLY",
    },
    "values": {"order_count": 1, "revenue": 1785.00, "cylinder_count": 2},
}
SUBMISSION: dict[str, Any] = {
    "delivery_date": "2024-01-26",
    "orders": [
        {
            "order_id": "O-20240125-000123",
            "customer_id": "C000123",
            "delivery_address": "台北市信義區信義路五段7號",
            "time_slot": "02",
            "priority": "NORMAL",
            "products": [{"product_id": "P001", "quantity": 2, "weight_kg": 40}],
            "special_instructions": "請按門鈴",
            "contact_phone": "0912-345-678",
        }
    ],
}
ASSIGNMENT: dict[str, Any] = {
    "dispatch_id": "D-20240126-001",
    "driver_id": "DRV001",
    "vehicle_id": "3456-AB",
    "route_sequence": 5,
    "estimated_arrival": "2024-01-26T14:30:00Z",
}
STATUS_REPORT: dict[str, Any] = {
    "status": "COMPLETED",
    "driver_id": "DRV001",
    "timestamp": "2024-01-26T14:45:00Z",
    "location": {"latitude": 25.0330, "longitude": 121.5654},
    "empties": [{"product_id": "P001", "quantity": 2}],
    "residual_kg": 1.5,
    "cash_collected": 1785,
}
ROUTES: dict[str, Any] = {
    "routes": [
        {
            "driver_id": "DRV001",
            "vehicle_id": "3456-AB",
            "total_stops": 1,
            "total_distance_km": 45.6,
            "estimated_duration_mins": 240,
            "orders": [
                {
                    "sequence": 1,
                    "order_id": "O-20240125-000098",
                    "estimated_arrival": "2024-01-26T09:15:00Z",
                }
            ],
        }
    ]
}
LOCATION_REPORT: dict[str, Any] = {
    "order_id": "O-20240125-000123",
    "location": {
        "latitude": 25.0330,
        "longitude": 121.5654,
        "accuracy": 10,
        "speed_kmh": 35,
        "heading": 145,
    },
    "timestamp": "2024-01-26T14:25:00Z",
}
