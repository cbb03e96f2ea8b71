#include "plugins/payment-ccb/messages.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

const ccb::Settings& counter()
{
    static const ccb::Settings made = [] {
        ccb::Settings settings;
        settings.pos_id = "054000001";
        settings.branch_id = "540000000";
        return settings;
    }();
    return made;
}

// Everything before the signature, and what is read of a notice once it was found good.
FUZZ_TARGET(ccb_notice)
{
    const auto fields = support::formDecode(input);
    if (!fields)
        return;
    static_cast<void>(ccb::noticeText(*fields));
    const auto notice = ccb::readNotice(*fields, counter());
    if (!notice) {
        demand(!notice.error().reason.empty(), "refused without a reason");
        return;
    }
    demand(support::valueOf(*fields, "POSID") == counter().pos_id, "a notice of another counter");
    demand(notice->notice_id.size() == 32 && !notice->trade.attempt_no.empty(), "a notice of nothing");
}

} // namespace
