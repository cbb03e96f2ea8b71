#pragma once

#include <gmock/gmock.h>

#include "kernel/base/clock.hpp"
#include "kernel/plugin/plugins.hpp"
#include "tests/contract/simulator.hpp"

namespace zikao::test {

/// One way in which a provider is spoken to: the contract is the same for all of them.
struct Party
{
    const char* name;
    const char* plugin;
    const char* provider;        ///< in the simulator's control interface
    const char* notice_key;      ///< which key its notices are signed with
    bool known_before_scan;      ///< a number exists before anybody scanned its code
    bool empty_bill_is_missing;  ///< a day without trades cannot be told from one without a bill
    std::int64_t replay_after_s; ///< an older notice is a replay
    Json (*settings)(const Simulator&);
    const char *merchant_field, *application_field,
        *amount_field; ///< of a notice that is a form or a document
    bool closes =
        true; ///< knows a number from its first scan on, and can end it; else an order dies by its time alone
    bool dated = true;           ///< notices say when they were sent, trades when they were paid
    bool numbers_refunds = true; ///< tells of refunds by our number, in notices and bills
};

inline void PrintTo(const Party& party, std::ostream* out)
{
    *out << party.name;
}

inline const Party kParties[] = {
    {"wechatpay_certificates", "payment-wechatpay", "wechat", "certificate", true, false, 300,
     [](const Simulator& simulator) {
         Json settings = simulator.settings("payment-wechatpay");
         settings.erase("public_key");
         settings.erase("public_key_id");
         return settings;
     },
     "mchid", "appid", "total"},
    {"wechatpay_public_key", "payment-wechatpay", "wechat", "public", true, false, 300,
     [](const Simulator& simulator) {
         Json settings = simulator.settings("payment-wechatpay");
         settings["download_certificates"] = false;
         return settings;
     },
     "mchid", "appid", "total"},
    {"wechatpay_migrating", "payment-wechatpay", "wechat", "both", true, false, 300,
     [](const Simulator& simulator) { return simulator.settings("payment-wechatpay"); }, "mchid", "appid",
     "total"},
    {"alipay_keys", "payment-alipay", "alipay", "both", false, true, 26 * 3600,
     [](const Simulator& simulator) { return simulator.settings("payment-alipay"); }, "seller_id", "app_id",
     "total_amount"},
    {"alipay_certificates", "payment-alipay", "alipay", "both", false, true, 26 * 3600,
     [](const Simulator& simulator) { return simulator.file("keys/alipay-certificate-mode.json"); },
     "seller_id", "app_id", "total_amount"},
    {"ccb", "payment-ccb", "ccb", "both", false, false, 0,
     [](const Simulator& simulator) { return simulator.settings("payment-ccb"); }, "POSID", "BRANCHID",
     "PAYMENT", false, false, false},
};
inline constexpr std::ptrdiff_t kDatedParties =
    5; ///< the first of them: sign their answers, date and number everything

inline plugin::LoadOptions pluginOptions(const std::string& id, Json settings, int workers = 1)
{
    return {ZIKAO_BUILD_DIR "/lib/plugins/" + id, ZIKAO_BUILD_DIR "/bin/zikao-worker", std::move(settings),
            "settings", workers};
}

/// A provider of the table behind its confined worker, and the other side of it.
class PaymentContract : public testing::TestWithParam<Party>
{
protected:
    PaymentContract()
    {
        simulator.set({{"notice_key", party().notice_key}, {"refund_ms", 0}, {"ccb_notice", "post"}});
        load(party().settings(simulator));
    }

    static const Party& party() { return GetParam(); }
    void load(Json settings)
    {
        auto made = plugin::loadPaymentProvider(pluginOptions(party().plugin, std::move(settings)));
        if (!made)
            throw std::runtime_error(made.error().message);
        loaded = std::move(*made);
    }
    api::PaymentProvider& provider() { return loaded->get(); }
    /// The same plugin with one exchange limited to half a second.
    void loadImpatient()
    {
        Json settings = party().settings(simulator);
        settings["timeout_ms"] = 500;
        load(std::move(settings));
    }

    static api::ChargeRequest request(const std::string& no, std::int64_t fen = 3500,
                                      const std::string& notify_url = "http://127.0.0.1:1/notify")
    {
        return {no, Money::fen(fen), "灯笼省自学考试报名费", SystemClock().now() + std::chrono::minutes{3},
                notify_url};
    }
    /// A code for `no`; empty (and the test fails) when there is none.
    std::string charge(const std::string& no, std::int64_t fen = 3500,
                       const std::string& notify_url = "http://127.0.0.1:1/notify")
    {
        // The bank is told the address once, in its console; the others with every order.
        simulator.set({{"ccb_notify_url", notify_url}});
        const auto code = provider().charge(request(no, fen, notify_url));
        EXPECT_TRUE(code) << code.error().message;
        return code ? code->qr_text : "";
    }
    void scan(const std::string& code) { EXPECT_EQ(refusal(simulator.post("scan", {{"code", code}})), ""); }
    void pay(const std::string& code, const char* notice = "never")
    {
        EXPECT_EQ(refusal(simulator.post("pay", {{"code", code}, {"notice", notice}})), "");
    }
    std::string payRefusal(const std::string& code, const char* payer = "A")
    {
        return refusal(simulator.post("pay", {{"code", code}, {"payer", payer}}));
    }
    std::string paid(const std::string& no, std::int64_t fen = 3500)
    {
        pay(charge(no, fen));
        return no;
    }
    Json act(const std::string& no, const std::string& what, const Json& how = Json::object())
    {
        return simulator.post(at(no) + "/" + what, how);
    }
    Json theirs(const std::string& no) { return simulator.get(at(no)); }

    api::Trade query(const std::string& no)
    {
        const auto trade = provider().query(no);
        EXPECT_TRUE(trade) << trade.error().message;
        return trade ? *trade : api::Trade{};
    }
    api::TradeState stateOf(const std::string& no) { return query(no).state; }
    api::TradeState stateBeforeScan()
    {
        return party().known_before_scan ? api::TradeState::pending : api::TradeState::not_created;
    }
    api::TradeState stateAfterScan() { return party().closes ? api::TradeState::pending : stateBeforeScan(); }
    api::TradeState stateAfterClose()
    {
        return party().closes ? api::TradeState::closed : api::TradeState::not_created;
    }
    api::TradeState closed(const std::string& no)
    {
        const auto trade = provider().close(no);
        EXPECT_TRUE(trade) << trade.error().message;
        return trade ? trade->state : api::TradeState::not_created;
    }

    /// A payment notice as the provider would send it (simulator's act `seal`).
    api::RawNotice sealed(const std::string& no, const Json& how = Json::object())
    {
        const Json notice = act(no, "seal", how);
        api::RawNotice raw;
        raw.headers = notice.at("headers").get<std::vector<std::pair<std::string, std::string>>>();
        raw.body = notice.at("body").get<std::string>();
        return raw;
    }
    /// Why a notice is refused; "accepted" when it is not.
    std::string noticeRefusal(const api::RawNotice& raw)
    {
        const auto notice = provider().readNotice(raw, SystemClock().now());
        if (notice)
            return "accepted";
        return notice.error().code == ErrorCode::forbidden ? notice.error().reason : notice.error().message;
    }

    Simulator simulator;
    std::unique_ptr<plugin::Loaded<api::PaymentProvider>> loaded;

private:
    static std::string at(const std::string& no)
    {
        return std::string("trades/") + party().provider + "/" + no;
    }
    static std::string refusal(const Json& answer) { return answer.value("code", ""); }
};

} // namespace zikao::test
