SELECT CASE WHEN (SELECT COUNT(*) FROM pay_order) >= 0
             AND (SELECT COUNT(*) FROM order_line) >= 0
             AND (SELECT COUNT(*) FROM pay_attempt) >= 0
             AND (SELECT COUNT(*) FROM pay_notice) >= 0
             AND (SELECT COUNT(*) FROM pay_transaction) >= 0
             AND (SELECT COUNT(*) FROM pay_exception) >= 0
             AND (SELECT COUNT(*) FROM pay_refund) >= 0
             AND (SELECT COUNT(*) FROM pay_reconciliation) >= 0
             AND (SELECT COUNT(*) FROM pay_difference) >= 0
            THEN 1 ELSE 0 END
