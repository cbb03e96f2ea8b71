#include "tests/contract/payment_fixture.hpp"
#include "tests/kernel/app/server_fixture.hpp"
#include "tests/support/outside_program.hpp"

namespace zikao::app {
namespace {

/// What the payment page and the providers send to the server, on the invented province.
class PaymentApi : public ServerTest
{
protected:
    Browser::Answer codes(Payer& payer, const std::string& operation)
    {
        return payer.browser.post("/api/orders/" + payer.order_no + "/codes", {{"operation_id", operation}});
    }
    std::string attempt(Payer& payer) { return codes(payer, requestKey()).json["attempts"][0]["no"]; }
    std::string state(Payer& payer)
    {
        return payer.browser.get("/api/orders/" + payer.order_no).json["state"];
    }
    /// As a provider sends: no cookie, no token, its own words.
    Browser::Answer notice(const api::RawNotice& raw,
                           const std::string& path = "/lantern/api/notify/lamp_pay")
    {
        return browser().send("POST", path, raw.body, "text/plain");
    }
    void settle()
    {
        while (server->runBackgroundOnce() > 0) {
        }
    }
    /// Everything money could have changed.
    std::int64_t booked() { return count("SELECT COUNT(*) FROM pay_transaction"); }

private:
};
INSTANTIATE_ON_BOTH_ENGINES(PaymentApi);

TEST_P(PaymentApi, C30_ANoticeNeedsNoSessionButTheSendersSignature)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    const auto forged = notice(provider.forgedNotice(no, Money::fen(1)));
    EXPECT_EQ(forged.status, 400);
    EXPECT_EQ(notice({{}, ""}).status, 400);
    EXPECT_EQ(booked(), 0);
    EXPECT_EQ(state(candidate), "paying");
    const auto genuine = notice(provider.paymentNotice(no));
    EXPECT_EQ(genuine.status, 200) << genuine.body;
    EXPECT_EQ(genuine.body, "success") << "the provider reads exactly its own word";
    EXPECT_EQ(genuine.head.find("Set-Cookie"), std::string::npos);
    EXPECT_EQ(state(candidate), "paid");
    EXPECT_EQ(notice(provider.paymentNotice(no)).status, 200) << "a repetition is acknowledged too";
    EXPECT_EQ(booked(), 1);
}

TEST_P(PaymentApi, C30_TheAddressOfANoticeTakesNothingElse)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    const api::RawNotice genuine = provider.paymentNotice(no);
    EXPECT_EQ(browser().get("/api/notify/lamp_pay").status, 400) << "a GET without a notice";
    EXPECT_EQ(browser().send("PUT", "/lantern/api/notify/lamp_pay", genuine.body, "text/plain").status, 405);
    EXPECT_EQ(notice(genuine, "/lantern/api/notify/nobody").status, 404);
    EXPECT_EQ(notice({{}, std::string(65 * 1024, 'x')}).status, 413);
    EXPECT_EQ(booked(), 0);
}

TEST_P(PaymentApi, C30_ANoticeOnAnotherTenantsAddressPaysNobodysOrder)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    EXPECT_EQ(notice(provider.paymentNotice(no), "/beacon/api/notify/lamp_pay").status, 200);
    EXPECT_EQ(state(candidate), "paying");
    EXPECT_EQ(booked(), 0);
    const auto stray = site("beacon").billing.exceptions(true).value();
    ASSERT_EQ(stray.size(), 1u) << "money that came is kept, whoever's it is";
    EXPECT_EQ(stray.front().kind, "unknown_order");
}

TEST_P(PaymentApi, DEF_GEN_10_TheOrderSaysWhatCameTooLateAndThatItGoesBack)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    EXPECT_EQ(candidate.browser.get("/api/orders/" + candidate.order_no).json["unmatched"], Json::array());
    ASSERT_TRUE(provider.pay(no, Money::fen(4000)));
    EXPECT_EQ(notice(provider.paymentNotice(no)).status, 200);
    const auto told = [&] {
        const Json list = candidate.browser.get("/api/orders").json;
        const Json page = candidate.browser.get("/api/cases/" + candidate.case_id + "/payment").json;
        const Json order = candidate.browser.get("/api/orders/" + candidate.order_no).json;
        EXPECT_EQ(list[0]["unmatched"], order["unmatched"]);
        EXPECT_EQ(page["order"]["unmatched"], order["unmatched"]);
        return order["unmatched"];
    };
    const Json before = told();
    ASSERT_EQ(before.size(), 1u);
    EXPECT_EQ(before[0]["kind"], "wrong_amount");
    EXPECT_EQ(before[0]["amount_fen"], 4000);
    EXPECT_EQ(before[0]["paid_at_ms"], clock.now().ms);
    EXPECT_FALSE(before[0]["channel_label"].get<std::string>().empty());
    EXPECT_EQ(before[0]["state"], "open");
    EXPECT_TRUE(before[0]["refunded_at_ms"].is_null());

    billing::Billing& money = site("lantern").billing;
    const auto refund = money.requestRefund({money.exceptionsOf(candidate.order_no).value().front().id,
                                             Money::fen(4000), "金额不符", "clerk", newId()});
    ASSERT_TRUE(refund);
    ASSERT_TRUE(money.approveRefund(*refund, "chief"));
    const Json after = told();
    EXPECT_EQ(after[0]["state"], "settled");
    EXPECT_EQ(after[0]["refunded_fen"], 4000);
    EXPECT_EQ(after[0]["refunded_at_ms"], clock.now().ms);
}

TEST_P(PaymentApi, C31_NoPageThatIsOnlyLookedAtBooksMoney)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    const std::string order = "/api/orders/" + candidate.order_no;
    for (const std::string& page :
         {order, std::string("/api/orders"), "/api/cases/" + candidate.case_id + "/payment",
          "/api/cases/" + candidate.case_id, order + "?state=paid&trade_status=TRADE_SUCCESS"})
        EXPECT_LT(candidate.browser.get(page).status, 500) << page;
    EXPECT_EQ(candidate.browser.get(order + "/receipt.pdf").code(), "order_not_paid");
    EXPECT_EQ(state(candidate), "paying");
    EXPECT_EQ(booked(), 0);
}

TEST_P(PaymentApi, XJ_PAY_08_TheButtonAsksTheProviderAndBooksOnceAndNeedsThePagesToken)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    const std::string button = "/api/orders/" + candidate.order_no + "/refresh";
    Browser elsewhere = candidate.browser;
    elsewhere.csrf.clear();
    EXPECT_EQ(elsewhere.post(button).status, 403);
    EXPECT_EQ(booked(), 0);
    const auto asked = candidate.browser.post(button);
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(asked.json["order"]["state"], "paid");
    EXPECT_EQ(asked.json["sure"], true);
    EXPECT_EQ(candidate.browser.post(button).json["order"]["state"], "paid");
    EXPECT_EQ(booked(), 1);
}

TEST_P(PaymentApi, XJ_PAY_08_SaysWhenTheProviderDidNotAnswer)
{
    Payer candidate = payer();
    attempt(candidate);
    provider.silent = true;
    const auto asked = candidate.browser.post("/api/orders/" + candidate.order_no + "/refresh");
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.json["sure"], false);
    EXPECT_EQ(asked.json["order"]["state"], "paying");
}

TEST_P(PaymentApi, C32_ThePollingPageSeesMoneyWhoseNoticeNeverCame)
{
    Payer candidate = payer();
    ASSERT_TRUE(provider.pay(attempt(candidate)));
    clock.advance(std::chrono::seconds{5});
    settle();
    EXPECT_EQ(state(candidate), "paid");
    EXPECT_EQ(candidate.browser.get("/api/cases/" + candidate.case_id).json["case"]["phase"], "completed");
    const auto page = candidate.browser.get("/api/cases/" + candidate.case_id + "/payment");
    EXPECT_EQ(page.json["state"], "paid");
    EXPECT_TRUE(page.json["action"].is_null()) << "a paid case offers to be paid";
}

TEST_P(PaymentApi, C29_TheSameOperationGivesTheSameCodeAndAnotherOrdersIsRefused)
{
    Payer candidate = payer(1), other = payer(2);
    const std::string operation = requestKey();
    const auto first = codes(candidate, operation);
    const auto again = codes(candidate, operation);
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.json["attempts"], again.json["attempts"]);
    EXPECT_EQ(provider.charges, 1);
    EXPECT_EQ(codes(other, operation).status, 409);
    EXPECT_EQ(codes(other, operation).code(), "operation_reused");
    EXPECT_EQ(candidate.browser.post("/api/orders/" + candidate.order_no + "/codes").code(), "field_missing");
}

TEST_P(PaymentApi, C32_LateMoneyStandsInTheFinanceQueueAndIsGivenBackByTwo)
{
    Payer candidate = payer();
    const std::string no = attempt(candidate);
    clock.advance(std::chrono::minutes{20});
    settle();
    ASSERT_EQ(state(candidate), "expired");
    provider.payClosed(no);
    EXPECT_EQ(notice(provider.paymentNotice(no)).status, 200);
    EXPECT_EQ(state(candidate), "expired");
    settle();
    EXPECT_EQ(count("SELECT COUNT(*) FROM outbox WHERE kind = 'pay_exception' AND state = 'waiting'"), 0)
        << "nobody was alarmed";
    Browser cashier = officer("cash.one", "finance", "990000"),
            chief = officer("cash.two", "finance", "990000");
    const auto queue = cashier.get("/api/staff/exceptions");
    ASSERT_EQ(queue.status, 200) << queue.body;
    const Json late = queue.json.at(0);
    EXPECT_EQ(late["kind"], "late");
    Json asking{{"operation_id", requestKey()},
                {"target", late["id"]},
                {"amount_fen", late["amount_fen"]},
                {"reason", "逾期到账"}};
    const auto mistaken = cashier.post("/api/staff/refunds", asking);
    ASSERT_EQ(mistaken.status, 200) << mistaken.body;
    EXPECT_EQ(cashier.post("/api/staff/refunds", asking).body, mistaken.body) << "the click came twice";
    const std::string refunds = "/api/staff/refunds/";
    const auto rejected = chief.post(refunds + mistaken.json["id"].get<std::string>() + "/reject");
    EXPECT_EQ(rejected.json["state_title"], "已驳回") << rejected.body;
    EXPECT_EQ(provider.refundedTotal().inFen(), 0);
    asking["operation_id"] = requestKey();
    const auto asked = cashier.post("/api/staff/refunds", asking);
    ASSERT_EQ(asked.status, 200) << asked.body;
    const std::string approve = refunds + asked.json["id"].get<std::string>() + "/approve";
    EXPECT_EQ(cashier.post(approve).code(), "same_person");
    EXPECT_EQ(chief.post(approve).status, 200);
    EXPECT_EQ(chief.post(approve).status, 200) << "the click came twice";
    EXPECT_EQ(chief.post(refunds + asked.json["id"].get<std::string>() + "/reject").code(), "refund_decided");
    EXPECT_EQ(provider.refundedTotal().inFen(), late["amount_fen"].get<std::int64_t>());
}

TEST_P(PaymentApi, XZ_PAY_11_GivingUpAnOrderFreesTheChoiceOnceItsCodeCannotBePaid)
{
    Payer candidate = payer();
    const std::string give_up = "/api/orders/" + candidate.order_no + "/give_up";
    attempt(candidate);
    provider.unscanned = true;
    EXPECT_EQ(candidate.browser.post(give_up).code(), "code_alive");
    EXPECT_EQ(state(candidate), "paying");
    EXPECT_EQ(candidate.browser.get("/api/cases/" + candidate.case_id).json["case"]["state"], "ordered");
    provider.unscanned = false;
    EXPECT_EQ(browser().post(give_up).status, 401);
    const auto ended = candidate.browser.post(give_up);
    ASSERT_EQ(ended.status, 200) << ended.body;
    EXPECT_EQ(ended.json["state"], "expired");
    settle();
    const auto view = candidate.browser.get("/api/cases/" + candidate.case_id);
    EXPECT_EQ(view.json["case"]["state"], "submitted") << "the choice is still locked";
    EXPECT_EQ(candidate.browser.post(give_up).code(), "order_expired");
}

TEST_P(PaymentApi, C2_OnlyANoticeMayComeInAnotherEncoding)
{
    EXPECT_EQ(browser().get("/api/tenant?x=%B2%E2").status, 400);
    EXPECT_EQ(browser().get("/?x=%B2%E2").status, 400);
    EXPECT_EQ(browser().get("/api/tenant?x=%E6%B5%8B").status, 200);
}

TEST_P(PaymentApi, XZ_PAY_13_AnOrderIsRefundedForAReasonOfTheListAlone)
{
    Payer candidate = payer();
    ASSERT_TRUE(provider.pay(attempt(candidate)));
    candidate.browser.post("/api/orders/" + candidate.order_no + "/refresh");
    Browser cashier = officer("cash.one", "finance", "990000");
    const auto ask = [&](const Json& more) {
        Json body{{"operation_id", requestKey()}, {"target", candidate.order_no}, {"amount_fen", 100}};
        body.update(more);
        return cashier.post("/api/staff/refunds", body);
    };
    EXPECT_EQ(ask({{"reason_type", "疫情"}, {"reason", "停考"}}).code(), "field_choice")
        << "no list, no types";
    site().tenant->profile.raw["refund_reasons"] = Json::array({"疫情"});
    EXPECT_EQ(ask({{"reason", "考生申请"}}).code(), "field_choice");
    EXPECT_EQ(ask({{"reason_type", "考生申请"}}).code(), "field_choice");
    const auto asked = ask({{"reason_type", "疫情"}, {"reason", "考区停考"}});
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(asked.json["reason"], "疫情：考区停考");
    EXPECT_EQ(cashier.get("/api/staff/orders/" + candidate.order_no).json["refund_reasons"],
              Json::array({"疫情"}));
    EXPECT_EQ(candidate.browser.post("/api/staff/refunds", {{"target", candidate.order_no}}).status, 403);
}

TEST_P(PaymentApi, XZ_PAY_01_XZ_PAY_04_ThePageSaysWhatTheTenantsProfileSays)
{
    Payer candidate = payer();
    const std::string page = "/api/cases/" + candidate.case_id + "/payment";
    const auto plain = candidate.browser.get(page);
    ASSERT_EQ(plain.status, 200) << plain.body;
    EXPECT_EQ(plain.json["notices"], Json::array());
    EXPECT_EQ(plain.json["totals"], Json::array());
    EXPECT_EQ(plain.json["state_title"], "未缴费");
    Json& profile = site().tenant->profile.raw;
    profile["payment_notices"] = Json::array({"先读后缴。", "缴后不退。"});
    profile["payment_columns"] = Json::array({{{"id", "no"}, {"title", "序号"}}});
    profile["payment_totals"] = {
        {{"id", "name"}, {"label", "考生姓名"}, {"from", "person.name"}},
        {{"id", "courses"}, {"label", "报考"}, {"from", "order.course_count"}, {"unit", "门课程"}},
        {{"id", "sum"}, {"label", "需缴费用"}, {"from", "order.total"}}};
    profile["payment_words"] = {{"expired", "作废"}, {"confirm_text", "确认缴费？"}};
    const auto told = candidate.browser.get(page);
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(told.json["notices"].size(), 2u);
    EXPECT_EQ(told.json["columns"][0]["title"], "序号");
    EXPECT_EQ(told.json["words"]["confirm_text"], "确认缴费？");
    EXPECT_EQ(told.json["words"]["pay_button"], "");
    const Json& totals = told.json["totals"];
    EXPECT_EQ(totals[1]["value"], std::to_string(told.json["lines"].size()) + "门课程");
    EXPECT_EQ(totals[2]["value"], "¥" + Money::fen(told.json["total_fen"].get<std::int64_t>()).inYuan());
    attempt(candidate);
    clock.advance(std::chrono::minutes{20});
    settle();
    EXPECT_EQ(candidate.browser.get("/api/orders/" + candidate.order_no).json["state_title"], "作废");
}

TEST_P(PaymentApi, AReceiptIsForWhoPaidAndNamesOrderAndSum)
{
    Payer candidate = payer(1), other = payer(2);
    const std::string receipt = "/api/orders/" + candidate.order_no + "/receipt.pdf";
    EXPECT_EQ(candidate.browser.get(receipt).status, 409);
    const std::string no = attempt(candidate);
    ASSERT_TRUE(provider.pay(no));
    EXPECT_EQ(notice(provider.paymentNotice(no)).status, 200);
    const auto pdf = candidate.browser.get(receipt);
    ASSERT_EQ(pdf.status, 200) << pdf.body;
    EXPECT_NE(pdf.head.find("application/pdf"), std::string::npos) << pdf.head;
    EXPECT_NE(pdf.head.find("default-src 'none'; sandbox;"), std::string::npos) << "C46: " << pdf.head;
    EXPECT_NE(pdf.head.find("Cache-Control: no-store"), std::string::npos) << "C46: " << pdf.head;
    const test::OutputFolder out;
    const std::string text = test::run("pdftotext -layout " + out.write("receipt.pdf", pdf.body) + " -");
    EXPECT_NE(text.find(candidate.order_no), std::string::npos) << text;
    const Json order = candidate.browser.get("/api/orders/" + candidate.order_no).json;
    const std::string sum = Money::fen(order["total_fen"].get<std::int64_t>()).inYuan();
    EXPECT_NE(text.find(sum), std::string::npos) << sum << " is not in " << text;
    EXPECT_NE(text.find(order["provider_trade_no"].get<std::string>()), std::string::npos) << text;
    EXPECT_EQ(text.find(idNumber(1)), std::string::npos) << "the whole identity number is on the receipt";
    EXPECT_EQ(other.browser.get(receipt).status, 404);
    EXPECT_EQ(browser().get(receipt).status, 401);
}

/// The providers' own signatures and headers through the gate, and their own replies back out of it.
TEST_P(PaymentApi, C30_TheRealProvidersNoticesPassTheGateByteForByte)
{
    test::Simulator simulator;
    clock.set(SystemClock().now());
    simulator.set({{"notice", "never"}});
    simulator.set({{"ccb_notice", "get"}});
    for (const test::Party& party : {test::kParties[2], test::kParties[3], test::kParties[5]}) {
        auto made = plugin::loadPaymentProvider(test::pluginOptions(party.plugin, party.settings(simulator)));
        ASSERT_TRUE(made) << made.error().message;
        auto& real = (*made)->get();
        site().tenant->payments.push_back({party.provider, party.provider, std::move(*made)});
        const auto code = real.charge({"zkgate0001", Money::fen(3500), "报考费",
                                       clock.now() + std::chrono::minutes{3}, "http://127.0.0.1:1/notify"});
        ASSERT_TRUE(code) << code.error().message;
        simulator.post("pay", {{"code", code->qr_text}});
        const std::string trade = std::string("trades/") + party.provider + "/zkgate0001/seal";
        const auto send = [&](const Json& how) {
            const Json sealed = simulator.post(trade, how);
            const bool by_get = party.provider == std::string("ccb");
            const std::string where = "/lantern/api/notify/" + std::string(party.provider);
            std::string body = sealed.at("body");
            std::string head = by_get ? "GET " + where + '?' + std::exchange(body, "") : "POST " + where;
            head += " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
            for (const Json& header : sealed.at("headers"))
                head += header.at(0).get<std::string>() + ": " + header.at(1).get<std::string>() + "\r\n";
            if (!by_get)
                head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
            head.append("\r\n").append(body);
            return http::test::RawClient(server->port()).ask(head);
        };
        const std::int64_t before = booked();
        EXPECT_EQ(send({{"forged", true}}).status, 400) << party.name;
        EXPECT_EQ(booked(), before);
        const auto reply = send(Json::object());
        const bool wechat = party.provider == std::string("wechat");
        EXPECT_EQ(reply.status, wechat ? 204 : 200) << reply.head;
        EXPECT_EQ(reply.body, wechat ? "" : "success");
        EXPECT_EQ(reply.head.find("Content-Type: \r\n"), std::string::npos) << "an empty header line";
        EXPECT_EQ(booked(), before + 1) << party.name;
    }
}

} // namespace
} // namespace zikao::app
