#include <random>

#include "tests/contract/billing_fixture.hpp"
#include "tests/support/threads.hpp"

namespace zikao::test {
namespace {

using billing::Order;
using billing::OrderState;

constexpr int kOrders = 1000;

/// The storm of tests/kernel/billing with everything real but the payers: signatures, workers, the provider's ledger
/// and its bill. One provider meets one engine; which one is no matter to the other.
class SignedStorm : public MoneyTest
{
protected:
    void SetUp() override
    {
        clock.set(SystemClock().now());
        tenant->public_url = inbox.url() + "/lantern";
        simulator.set({{"notice", "never"}});
        addChannel(GetParam() == storage::Engine::sqlite ? "wechatpay" : "alipay",
                   kParties[GetParam() == storage::Engine::sqlite ? 2 : 3], 3);
    }

    enum class Forgery { none, signature, replay, merchant };
    struct Fate
    {
        Order order;
        billing::Attempt attempt;
        bool paid = false, late = false, lost = false, delayed = false;
        unsigned times = 0;
        Forgery forgery = Forgery::none;
        std::vector<api::RawNotice> notices = {};
        bool inTime() const { return paid && !late; }
    };

    /// Nine in ten pay; a tenth of these after the end. Of the payments in time a tenth are never told of, and a tenth
    /// only when asking has long found them.
    void draw()
    {
        for (Fate& fate : fates) {
            const auto one_in_ten = [&] { return random() % 10 == 0; };
            fate.paid = !one_in_ten();
            fate.late = fate.paid && one_in_ten();
            fate.lost = fate.inTime() && one_in_ten();
            fate.delayed = fate.inTime() && !fate.lost && one_in_ten();
            fate.times = 1 + random() % 8;
            const unsigned kind = random() % 15;
            fate.forgery = kind < 4 ? static_cast<Forgery>(kind) : Forgery::none;
        }
    }
    void openAll()
    {
        for (int from = 0; from < kOrders; from += 50) {
            const auto opened = tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
                for (int i = from; i < from + 50; ++i) {
                    auto order = money.open(tx, fourCourses("case-" + std::to_string(i)));
                    if (!order)
                        return fail(order.error());
                    fates.push_back({*std::move(order), {}});
                }
                return ok();
            });
            ASSERT_TRUE(opened) << opened.error().message;
        }
        onThreads(fates.size(), [&](std::size_t i) {
            const auto made = money.newCodes(fates[i].order.no, "codes-" + std::to_string(i));
            ASSERT_TRUE(made) << made.error().message;
            fates[i].attempt = made->front();
        });
    }
    /// Yesterday, so that there is a bill.
    void takeMoney(const Fate& fate)
    {
        if (!fate.late)
            EXPECT_EQ(pay(fate.attempt, "never"), "");
        else
            act(fate.attempt, "take_anyway");
        const Json trade = act(fate.attempt, "backdate");
        const std::lock_guard lock(mutex);
        days.insert(beijingDate({trade.at("paid_ms").get<std::int64_t>()}));
    }
    /// Some repetitions are the same bytes, some are signed anew, as providers do.
    void writeNotices(Fate& fate)
    {
        const api::RawNotice first = sealed(fate.attempt), again = sealed(fate.attempt);
        for (unsigned k = 0; k < fate.times; ++k)
            fate.notices.push_back(k % 2 == 0 ? first : again);
    }
    void collect(std::vector<api::RawNotice>& into, bool (*of)(const Fate&))
    {
        for (Fate& fate : fates)
            if (of(fate))
                into.insert(into.end(), fate.notices.begin(), fate.notices.end());
    }
    std::vector<api::RawNotice> forgeries()
    {
        const auto payer =
            std::find_if(fates.begin(), fates.end(), [](const Fate& fate) { return fate.inTime(); });
        std::vector<api::RawNotice> all;
        for (const Fate& fate : fates)
            if (fate.forgery != Forgery::none)
                all.push_back(forgery(fate, payer->attempt));
        return all;
    }
    /// Who did not pay is said to have: in the words of a payment that was made, with a signature that proves nothing.
    api::RawNotice forgery(const Fate& fate, const billing::Attempt& of)
    {
        const bool wechat = of.channel == "wechatpay";
        const std::int64_t stale = SystemClock().now().ms - (wechat ? 600'000 : 27 * 3600 * 1000LL);
        Json as = {{"out_trade_no", fate.attempt.no},
                   {wechat ? "transaction_id" : "trade_no", "F" + fate.attempt.no}};
        Json how = Json::object();
        if (fate.forgery == Forgery::signature)
            how["forged"] = true;
        if (fate.forgery == Forgery::replay)
            how["at_ms"] = stale;
        if (fate.forgery == Forgery::merchant)
            as[wechat ? "mchid" : "seller_id"] = "2088111111111111";
        how["as"] = as;
        return sealed(of, how);
    }
    void deliver(std::vector<api::RawNotice>& all, std::atomic<int>& accepted, std::atomic<int>& refused)
    {
        std::shuffle(all.begin(), all.end(), random);
        onThreads(all.size(), [&](std::size_t i) {
            const int status = money.notice(tenant->payments.front().id, all[i]).value().status;
            EXPECT_TRUE(status == 200 || status == 204 || status == 400) << status;
            ++(status == 400 ? refused : accepted);
        });
    }

    std::mt19937 random{20260411};
    std::vector<Fate> fates;
    std::mutex mutex;
    std::set<Date> days;
};
INSTANTIATE_ON_BOTH_ENGINES(SignedStorm);

TEST_P(SignedStorm,
       DEF_GEN_10_C30_EveryPaidOrderHasExactlyOneEffectNothingForgedIsAcceptedAndNoFenIsUnexplained)
{
    openAll();
    draw();
    onThreads(fates.size(), [&](std::size_t i) {
        if (!fates[i].inTime())
            return;
        takeMoney(fates[i]);
        writeNotices(fates[i]);
    });
    std::vector<api::RawNotice> in_time = forgeries(), late;
    const int forged = static_cast<int>(in_time.size());
    collect(in_time, [](const Fate& fate) { return fate.inTime() && !fate.lost && !fate.delayed; });
    std::atomic<int> accepted = 0, refused = 0;
    deliver(in_time, accepted, refused);
    EXPECT_GT(forged, 100);
    EXPECT_EQ(refused, forged);

    // The end of the codes: whose notice was lost is found by asking; who did not pay, or pays later, expires.
    pass(191s);
    onThreads(fates.size(), [&](std::size_t i) {
        if (!fates[i].late)
            return;
        takeMoney(fates[i]);
        writeNotices(fates[i]);
    });
    collect(late, [](const Fate& fate) { return fate.late || fate.delayed; });
    refused = 0;
    deliver(late, accepted, refused);
    EXPECT_EQ(refused, 0);

    std::int64_t paid = 0, expired = 0, too_late = 0;
    for (const Fate& fate : fates) {
        EXPECT_EQ(stateOf(fate.order), fate.inTime() ? OrderState::paid : OrderState::expired);
        paid += fate.inTime();
        expired += !fate.inTime();
        too_late += fate.late;
    }
    EXPECT_GT(too_late, 50);
    EXPECT_EQ(posted("order_paid"), paid);
    EXPECT_EQ(posted("order_expired"), expired);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE act = 'order.paid'"), paid);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_exception WHERE kind = 'late'"), too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_exception"), too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_transaction"), paid + too_late);
    EXPECT_EQ(count("SELECT COUNT(*) FROM pay_notice WHERE verdict = 'forged'"), forged);

    Money theirs;
    std::int64_t matched = 0;
    for (const Date day : days) {
        const auto report = money.reconcile(tenant->payments.front().id, day);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->unexplained, Money::zero());
        EXPECT_EQ(report->repaired, 0);
        EXPECT_EQ(report->exceptions, 0);
        theirs += report->theirs;
        matched += report->matched;
    }
    EXPECT_EQ(matched, paid + too_late);
    EXPECT_EQ(theirs, Money::fen(14000 * (paid + too_late)));
}

} // namespace
} // namespace zikao::test
