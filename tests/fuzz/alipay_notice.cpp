#include "plugins/payment-alipay/messages.hpp"
#include "plugins/payment-alipay/signature.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

// Everything before the signature, and what is read of a notice once it was found good.
FUZZ_TARGET(alipay_notice)
{
    const auto fields = support::formDecode(input);
    if (!fields)
        return;
    demand(support::formDecode(support::formEncode(*fields)).value() == *fields,
           "written again the fields are others");
    demand(alipay::noticeText(*fields).size() <= input.size(), "more is signed than came");
    const auto notice = alipay::readNotice(*fields);
    if (!notice) {
        demand(notice.error().reason == "body", "refused without a reason");
        return;
    }
    demand(!notice->notice_id.empty() && !notice->trade.attempt_no.empty(), "a notice of nothing");
    if (notice->kind == api::Notice::Kind::payment)
        demand(notice->trade.state == api::TradeState::paid && notice->trade.paid_at &&
                   !notice->trade.provider_trade_no.empty(),
               "a payment without time or number");
}

} // namespace
