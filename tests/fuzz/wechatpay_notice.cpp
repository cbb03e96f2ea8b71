#include "plugins/payment-wechatpay/messages.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

/// The amount under a key is the number that stands there, or none.
void demandExact(const support::Json& object, const char* key)
{
    const support::Json& amount = support::objectAt(object, "amount");
    if (const auto number = support::integerAt(amount, key))
        demand(std::to_string(*number) == amount.find(key)->dump(), "another number than was written");
}

// What lies in a notice once it was opened; the envelope is read by the same reader.
FUZZ_TARGET(wechatpay_notice)
{
    const auto object = support::parseObject(input);
    if (!object)
        return;
    for (const char* key : {"total", "refund"})
        demandExact(*object, key);
    const auto trade = wechatpay::readTrade(*object);
    if (trade && trade->state == api::TradeState::paid)
        demand(trade->paid_at && !trade->provider_trade_no.empty(), "a payment without time or number");
    for (const char* key : {"status", "refund_status"}) {
        const auto refund = wechatpay::readRefund(*object, key);
        demand(!refund || !refund->refund_no.empty(), "a refund without number");
    }
}

} // namespace
