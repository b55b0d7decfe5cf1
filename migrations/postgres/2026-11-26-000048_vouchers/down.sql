DROP TABLE voucher_exports;
DROP TABLE vouchers;
