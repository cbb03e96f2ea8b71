#include "plugins/payment-wechatpay/messages.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(wechatpay_bill)
{
    const auto rows = wechatpay::readBill(input);
    if (!rows)
        return;
    for (const api::BillRow& row : *rows) {
        demand(!row.attempt_no.empty() && row.amount > Money::zero(), "a row without number or amount");
        demand(row.kind == api::BillRow::Kind::payment || !row.refund_no.empty(), "a refund without number");
    }
}

} // namespace
