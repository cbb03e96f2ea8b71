#include "tests/contract/payment_fixture.hpp"

namespace zikao::test {
namespace {

using api::TradeState;
using testing::UnorderedElementsAre;

std::string nameOf(const testing::TestParamInfo<Party>& info)
{
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Providers, PaymentContract, testing::ValuesIn(kParties), nameOf);

TEST_P(PaymentContract, XJ_PAY_09_ACodeIsPaidByPhoneAndTheProviderSaysSoToTheFen)
{
    const std::string code = charge("zk1000001", 14001);
    EXPECT_EQ(stateOf("zk1000001"), stateBeforeScan());
    scan(code);
    EXPECT_EQ(stateOf("zk1000001"), stateAfterScan());
    pay(code);
    const api::Trade trade = query("zk1000001");
    EXPECT_EQ(trade.state, TradeState::paid);
    EXPECT_EQ(trade.amount, Money::fen(14001)) << "C28: a fen was lost on the way";
    EXPECT_EQ(trade.currency, "CNY");
    EXPECT_EQ(trade.attempt_no, "zk1000001");
    EXPECT_EQ(trade.provider_trade_no, theirs("zk1000001").at("trade_no"));
    // Providers tell whole seconds.
    if (party().dated)
        EXPECT_EQ(trade.paid_at.value().ms / 1000,
                  theirs("zk1000001").at("paid_ms").get<std::int64_t>() / 1000);
    EXPECT_EQ(stateOf("zk9999999"), TradeState::not_created) << "a number that nobody asked a code for";
}

TEST_P(PaymentContract, C28_TheSmallestAndALargeSumArriveAsTheyWere)
{
    EXPECT_EQ(query(paid("zk1000001", 1)).amount, Money::fen(1));
    EXPECT_EQ(query(paid("zk1000002", 99'999'99)).amount, Money::fen(99'999'99));
    EXPECT_EQ(provider().charge(request("zk1000003", 0)).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(provider().charge(request("zk1000004", -1)).error().code, ErrorCode::invalid_argument);
}

TEST_P(PaymentContract, C30_ADeliveredNoticeIsVerifiedAndTheReplyIsHeard)
{
    NoticeInbox inbox([this](const std::string&, const api::RawNotice& raw) {
        return provider().acknowledge(provider().readNotice(raw, SystemClock().now()).has_value());
    });
    const std::string code = charge("zk1000001", 3500, inbox.url() + "/notify");
    pay(code, "now");
    const auto notice = provider().readNotice(inbox.wait(1).front(), SystemClock().now());
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::payment);
    EXPECT_FALSE(notice->notice_id.empty());
    const api::Trade asked = query("zk1000001");
    EXPECT_EQ(notice->trade.attempt_no, asked.attempt_no);
    EXPECT_EQ(notice->trade.state, TradeState::paid);
    EXPECT_EQ(notice->trade.provider_trade_no, asked.provider_trade_no);
    EXPECT_EQ(notice->trade.amount, asked.amount);
    EXPECT_EQ(notice->trade.currency, "CNY");
    EXPECT_EQ(notice->trade.paid_at, asked.paid_at);
    EXPECT_TRUE(eventually([&] { return theirs("zk1000001").at("notices").at(0).at("heard") == true; }))
        << "the provider did not take the reply for an acknowledgement";
}

TEST_P(PaymentContract, C30_ANoticeThatIsNotAcknowledgedComesAgainUnderTheSameId)
{
    simulator.set({{"retry_scale", 0.0001}});
    std::atomic<int> times = 0;
    NoticeInbox inbox(
        [&](const std::string&, const api::RawNotice&) { return provider().acknowledge(++times == 3); });
    pay(charge("zk1000001", 3500, inbox.url() + "/notify"), "now");
    const auto heard = inbox.wait(3);
    const auto first = provider().readNotice(heard[0], SystemClock().now());
    const auto third = provider().readNotice(heard[2], SystemClock().now());
    ASSERT_TRUE(first && third);
    EXPECT_EQ(first->notice_id, third->notice_id);
    EXPECT_TRUE(eventually([&] { return theirs("zk1000001").at("notices").at(0).at("heard") == true; }));
    EXPECT_EQ(times, 3);
}

/// Each is what the provider sends but for one thing.
TEST_P(PaymentContract, C30_AForgedNoticeIsRefusedForTheRightReason)
{
    paid("zk1000001");
    paid("zk1000002", 14000);
    const std::int64_t now = SystemClock().now().ms;
    EXPECT_EQ(noticeRefusal(sealed("zk1000001")), "accepted");
    EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"forged", true}})), "signature");
    EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"as", {{party().merchant_field, "1900000109"}}}})),
              "merchant");
    EXPECT_EQ(
        noticeRefusal(sealed("zk1000001", {{"as", {{party().application_field, "wx0000000000000000"}}}})),
        party().dated ? "app" : "merchant");
    if (!party().dated) {
        EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"as", {{"ACC_TYPE", nullptr}}}})), "body")
            << "a notice that went through the payer's browser";
        return;
    }
    const std::int64_t too_old = now - (party().replay_after_s + 60) * 1000;
    EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"at_ms", too_old}})), "timestamp");
    EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"at_ms", now + 400'000}})), "timestamp");
    EXPECT_EQ(noticeRefusal(sealed("zk1000001", {{"at_ms", now - 60'000}})), "accepted");
}

TEST_P(PaymentContract, C30_ASignatureProvesItsOwnBytesOnly)
{
    paid("zk1000001");
    paid("zk1000002", 14000);
    const api::RawNotice cheap = sealed("zk1000001"), dear = sealed("zk1000002");
    const std::string signature = party().dated ? "&sign=" : "&SIGN=";
    api::RawNotice other_order = cheap;
    other_order.body = dear.body;
    if (const std::size_t mark = cheap.body.find(signature); mark != std::string::npos)
        // The signature is a field of the body: put the cheap order's under the dear one's fields.
        other_order.body = dear.body.substr(0, dear.body.find(signature)) + cheap.body.substr(mark);
    EXPECT_EQ(noticeRefusal(other_order), "signature");

    api::RawNotice other_amount = cheap;
    const std::string amount = std::string(party().amount_field) + "=35.00";
    const std::size_t at = other_amount.body.find(amount);
    // An encrypted notice names no amount; any byte of it stands for one.
    if (at != std::string::npos)
        other_amount.body[at + amount.size() - 5] = '9';
    else
        other_amount.body[other_amount.body.find("\"ciphertext\":\"") + 20] ^= 1;
    EXPECT_EQ(noticeRefusal(other_amount), "signature");

    EXPECT_NE(noticeRefusal({cheap.headers, ""}), "accepted");
    EXPECT_NE(noticeRefusal({{}, dear.body.substr(0, dear.body.find(signature))}), "accepted");
    EXPECT_EQ(noticeRefusal(cheap), "accepted") << "a forgery spoilt the genuine one";
}

TEST_P(PaymentContract, AnUnpaidAttemptIsClosedForGoodAndClosingAgainChangesNothing)
{
    const std::string code = charge("zk1000001");
    EXPECT_EQ(closed("zk1000001"), party().known_before_scan ? TradeState::closed : TradeState::not_created);
    const std::string scanned = charge("zk1000002");
    scan(scanned);
    EXPECT_EQ(closed("zk1000002"), stateAfterClose());
    if (!party().closes) {
        EXPECT_EQ(payRefusal(scanned), "")
            << "what says that it cannot be closed must not be taken for closed";
        EXPECT_EQ(closed("zk1000002"), TradeState::paid);
        return;
    }
    EXPECT_EQ(closed("zk1000002"), TradeState::closed);
    EXPECT_EQ(stateOf("zk1000002"), TradeState::closed);
    EXPECT_EQ(payRefusal(scanned), "closed") << "money was taken after the close";
    const auto again = provider().charge(request("zk1000002"));
    ASSERT_FALSE(again) << "a closed number gave a new code";
    EXPECT_EQ(again.error().code, ErrorCode::invalid_argument);
}

TEST_P(PaymentContract, C32_ClosingAfterThePayerSaysPaidAndTakesNothingBack)
{
    paid("zk1000001");
    EXPECT_EQ(closed("zk1000001"), TradeState::paid);
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid);
}

TEST_P(PaymentContract, XJ_PAY_06_NoMoneyIsTakenAfterTheLastMoment)
{
    const std::string code = charge("zk1000001");
    scan(code);
    act("zk1000001", "expire");
    EXPECT_EQ(payRefusal(code), "expired");
    EXPECT_NE(closed("zk1000001"), TradeState::paid);
    EXPECT_NE(stateOf("zk1000001"), TradeState::paid);
    EXPECT_EQ(theirs("zk1000001").at("expire_ms").is_number(), true);
}

TEST_P(PaymentContract, XJ_PAY_06_TheProviderIsToldTheLastMoment)
{
    const api::ChargeRequest asked = request("zk1000001");
    ASSERT_TRUE(provider().charge(asked));
    EXPECT_EQ(theirs("zk1000001").at("expire_ms").get<std::int64_t>() / 1000, asked.expires_at.ms / 1000);
}

TEST_P(PaymentContract, XJ_PAY_07_ASecondPhoneCannotPayAScannedCode)
{
    const std::string code = charge("zk1000001");
    scan(code);
    EXPECT_EQ(payRefusal(code, "B"), "scanned_by_other");
    EXPECT_EQ(payRefusal(code, "A"), "");
    EXPECT_EQ(payRefusal(code, "A"), "already_paid");
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid);
}

TEST_P(PaymentContract, C32_MoneyForAClosedAttemptAndAnotherSumAreToldAsTheyAre)
{
    scan(charge("zk1000001"));
    ASSERT_EQ(closed("zk1000001"), stateAfterClose());
    act("zk1000001", "take_anyway");
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid);
    charge("zk1000002", 3500);
    act("zk1000002", "take_anyway", {{"amount_fen", 3499}});
    EXPECT_EQ(query("zk1000002").amount, Money::fen(3499));
    const auto notice = provider().readNotice(sealed("zk1000002"), SystemClock().now());
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->trade.amount, Money::fen(3499));
}

/// Refunds of every kind of provider end by themselves or after a while.
class RefundContract : public PaymentContract
{
protected:
    Result<api::Refund> refund(const std::string& no, std::int64_t fen, std::int64_t of = 3500,
                               const std::string& notify_url = {})
    {
        return provider().refund({"zk1000001", no, Money::fen(of), Money::fen(fen), "停考退费", notify_url});
    }
    api::Refund ended(const std::string& no)
    {
        api::Refund found;
        EXPECT_TRUE(eventually([&] {
            const auto asked = provider().queryRefund("zk1000001", no);
            if (asked)
                found = *asked;
            return asked && asked->state != api::RefundState::processing;
        })) << no;
        return found;
    }
    std::int64_t givenBack()
    {
        const Json trade = theirs("zk1000001");
        std::int64_t sum = 0;
        for (const Json& refund : trade.at("refunds"))
            sum += refund.at("fen").get<std::int64_t>();
        return sum;
    }
};
INSTANTIATE_TEST_SUITE_P(Providers, RefundContract, testing::ValuesIn(kParties), nameOf);

TEST_P(RefundContract, APartAndTheRestAreGivenBackAndTheTradeStaysPaid)
{
    paid("zk1000001");
    ASSERT_TRUE(refund("rf1", 1001));
    EXPECT_EQ(ended("rf1").state, api::RefundState::succeeded);
    EXPECT_EQ(ended("rf1").amount, Money::fen(1001));
    EXPECT_EQ(ended("rf1").refund_no, "rf1");
    ASSERT_TRUE(refund("rf2", 2499));
    EXPECT_EQ(ended("rf2").state, api::RefundState::succeeded);
    EXPECT_EQ(ended("rf2").amount, Money::fen(2499));
    EXPECT_EQ(stateOf("zk1000001"), TradeState::paid) << "a wholly refunded trade was taken for unpaid";
    EXPECT_EQ(givenBack(), 3500);
}

TEST_P(RefundContract, C33_NoMoreThanWasPaidIsGivenBack)
{
    paid("zk1000001");
    ASSERT_TRUE(refund("rf1", 2000));
    const auto over = refund("rf2", 1501);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::invalid_argument) << over.error().message;
    EXPECT_EQ(refund("rf3", 3501).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refund("rf4", 0).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(givenBack(), 2000);
}

TEST_P(RefundContract, C33_TheSameNumberIsTheSameRefund)
{
    paid("zk1000001");
    ASSERT_TRUE(refund("rf1", 1000));
    const auto repeated = refund("rf1", 1000);
    ASSERT_TRUE(repeated) << repeated.error().message;
    EXPECT_EQ(ended("rf1").state, api::RefundState::succeeded);
    EXPECT_EQ(refund("rf1", 999).error().code, ErrorCode::invalid_argument) << "one number, two amounts";
    EXPECT_EQ(givenBack(), 1000);
}

TEST_P(RefundContract, OfWhatWasNeverPaidAreRefused)
{
    charge("zk1000001");
    EXPECT_EQ(refund("rf1", 3500).error().code, ErrorCode::invalid_argument);
    const auto asked = provider().queryRefund("zk1000001", "rf1");
    EXPECT_TRUE(asked ? asked->state == api::RefundState::unknown
                      : asked.error().code == ErrorCode::not_found);
}

TEST_P(RefundContract, ThatTheProviderCannotCarryOutAreNotDone)
{
    paid("zk1000001");
    simulator.set({{"refund", "abnormal"}});
    const auto made = refund("rf1", 3500);
    // One says no at once, the other finds out later.
    if (made)
        EXPECT_EQ(ended("rf1").state, api::RefundState::failed);
    else
        EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
}

/// What tells of refunds by itself.
class RefundNotices : public RefundContract
{};
INSTANTIATE_TEST_SUITE_P(Providers, RefundNotices, testing::ValuesIn(kParties, kParties + kDatedParties),
                         nameOf);

TEST_P(RefundNotices, ANoticeOfARefundIsNoPaymentAndNamesTheRefund)
{
    NoticeInbox inbox(
        [this](const std::string&, const api::RawNotice&) { return provider().acknowledge(true); });
    pay(charge("zk1000001", 3500, inbox.url() + "/notify"), "now");
    inbox.wait(1);
    ASSERT_TRUE(refund("rf1", 1000, 3500, inbox.url() + "/notify"));
    const auto notice = provider().readNotice(inbox.wait(2).back(), SystemClock().now());
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->kind, api::Notice::Kind::refund);
    EXPECT_EQ(notice->refund.refund_no, "rf1");
    EXPECT_THAT(notice->refund.state, testing::AnyOf(api::RefundState::succeeded, api::RefundState::unknown));
}

class BillContract : public RefundContract
{
protected:
    /// Everything that happened happened yesterday.
    Date backdate(const std::vector<std::string>& numbers)
    {
        Date day;
        for (const std::string& no : numbers)
            day = beijingDate({act(no, "backdate").at("paid_ms").get<std::int64_t>()});
        return day;
    }
};
INSTANTIATE_TEST_SUITE_P(Providers, BillContract, testing::ValuesIn(kParties), nameOf);

TEST_P(BillContract, C32_HoldsEveryPaymentAndRefundOfItsDayToTheFen)
{
    paid("zk1000001");
    ASSERT_TRUE(refund("rf1", 1001));
    ASSERT_EQ(ended("rf1").state, api::RefundState::succeeded);
    paid("zk1000002", 14000);
    paid("zk1000003", 7);
    charge("zk1000004");
    const Date day = backdate({"zk1000001", "zk1000002", "zk1000003"});
    const auto bill = provider().bill(day);
    ASSERT_TRUE(bill) << bill.error().message;
    std::vector<std::string> lines;
    std::int64_t total = 0;
    for (const api::BillRow& row : *bill) {
        const bool payment = row.kind == api::BillRow::Kind::payment;
        total += payment ? row.amount.inFen() : -row.amount.inFen();
        lines.push_back((payment ? "+ " : "- ") + std::to_string(row.amount.inFen()) + " " + row.attempt_no +
                        " " + row.refund_no);
        EXPECT_EQ(row.provider_trade_no, theirs(row.attempt_no).at("trade_no"));
    }
    const std::string refunded = party().numbers_refunds ? "- 1001 zk1000001 rf1" : "- 1001 zk1000001 ";
    EXPECT_THAT(lines,
                UnorderedElementsAre("+ 3500 zk1000001 ", refunded, "+ 14000 zk1000002 ", "+ 7 zk1000003 "));
    EXPECT_EQ(total, 16506);
}

TEST_P(BillContract, C32_OfADayThatIsNotOverDoesNotExistYet)
{
    paid("zk1000001");
    EXPECT_EQ(provider().bill(SystemClock().today()).error().code, ErrorCode::not_found);
    const auto quiet = provider().bill(SystemClock().today().plusDays(-9));
    if (party().empty_bill_is_missing)
        EXPECT_EQ(quiet.error().code, ErrorCode::not_found);
    else
        EXPECT_TRUE(quiet && quiet->empty());
}

} // namespace
} // namespace zikao::test
