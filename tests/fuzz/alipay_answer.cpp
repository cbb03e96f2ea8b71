#include "plugins/payment-alipay/messages.hpp"
#include "plugins/payment-alipay/signature.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(alipay_answer)
{
    const auto answer = alipay::splitAnswer(input, "alipay_trade_query_response");
    if (!answer)
        return;
    const auto object = support::parseObject(answer->object);
    demand(object.has_value(), "what the signature covers is not the object");
    const auto whole = support::parseObject(input);
    demand(whole && support::objectAt(*whole, answer->error ? "error_response"
                                                            : "alipay_trade_query_response") == *object,
           "another object is signed than is read");
    const auto trade = alipay::readTrade(*object);
    if (trade && trade->state == api::TradeState::paid)
        demand(trade->paid_at && !trade->provider_trade_no.empty(), "a payment without time or number");
}

} // namespace
