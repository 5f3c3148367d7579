"""Paper: slips and invoices as PDF bytes."""
