#include "plugins/payment-alipay/messages.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

// Bytes of the archive's file: GBK.
FUZZ_TARGET(alipay_bill)
{
    const auto text = support::gbkToUtf8(input);
    if (!text)
        return;
    demand(support::characters(*text) >= 0, "not UTF-8");
    const auto rows = alipay::readBill(*text);
    if (!rows)
        return;
    for (const api::BillRow& row : *rows) {
        demand(!row.attempt_no.empty() && row.amount > Money::zero(), "a row without number or amount");
        demand(row.kind == api::BillRow::Kind::payment || !row.refund_no.empty(), "a refund without number");
    }
}

} // namespace
