#pragma once

#include "plugins/payment-ccb/provider.hpp"
#include "tests/plugins/vectors.hpp"

namespace zikao::ccb {

using vectors::Json;
using vectors::text;

inline const Json& published()
{
    static const Json kVectors = Json::parse(vectors::file("ccb.json"));
    return kVectors;
}

inline const Json& vectorOf(const std::string& id)
{
    return vectors::find(published(), id);
}

inline Json settingsJson()
{
    const Json& merchant = published().at("merchant");
    return {{"merchant_id", merchant.at("MERCHANTID")},
            {"pos_id", merchant.at("POSID")},
            {"branch_id", merchant.at("BRANCHID")},
            {"counter_public_key", published().at("counter_public_key_hex")},
            {"query_password", "QueryPassword"}};
}

inline Json withBankClient()
{
    Json settings = settingsJson();
    settings.update({{"bank_client_url", "http://127.0.0.1:9/client"},
                     {"bank_client_customer", "CUST1"},
                     {"bank_client_user", "USER1"},
                     {"bank_client_password", "Pass&Word"}});
    return settings;
}

/// A provider whose network and clock the test holds.
class Bench
{
public:
    explicit Bench(const Json& json = settingsJson()) : transport(std::make_shared<vectors::FakeTransport>())
    {
        auto parsed = Settings::parse(json.dump());
        EXPECT_TRUE(parsed) << parsed.error().message;
        settings = *parsed;
        provider = std::make_unique<Provider>(
            *parsed, support::Environment{transport, [this] { return now; }, [] { return "unused"; }});
    }

    void answer(const std::string& body) { transport->answer(200, {}, body); }
    void answerVector(const std::string& id) { answer(text(vectorOf(id), "body")); }
    /// An answer to 410408 with these rows.
    void answerRows(const std::string& rows, int pages = 1)
    {
        answer("<?xml version=\"1.0\" encoding=\"GB2312\"?><DOCUMENT><RETURN_CODE>000000</RETURN_CODE>"
               "<RETURN_MSG></RETURN_MSG><CURPAGE>1</CURPAGE><PAGECOUNT>" +
               std::to_string(pages) + "</PAGECOUNT><TOTAL>0</TOTAL>" + rows + "</DOCUMENT>");
    }
    void answerNothing()
    {
        for (int asked = 0; asked < 3; ++asked)
            answerRows("");
    }
    api::TradeState stateOf(const std::string& no)
    {
        const auto trade = provider->query(no);
        EXPECT_TRUE(trade) << trade.error().message;
        return trade ? trade->state : api::TradeState::closed;
    }

    std::shared_ptr<vectors::FakeTransport> transport;
    Instant now = vectors::kNow;
    Settings settings;
    std::unique_ptr<Provider> provider;
};

inline const std::string kNo = "ZK54202604000000000001";

inline std::string row(const std::string& no, const std::string& amount, char status,
                       const std::string& more = "")
{
    return "<QUERYORDER><POSID>054000001</POSID><ORDERID>" + no +
           "</ORDERID><ORDERDATE>20260302</ORDERDATE><AMOUNT>" + amount + "</AMOUNT><STATUSCODE>" +
           std::string(1, status) + "</STATUSCODE>" + more + "</QUERYORDER>";
}

inline api::ChargeRequest chargeRequest()
{
    // 2026-03-02 11:23:20 in Beijing, as in the published order.
    return {kNo, Money::fen(18400), "自学考试报考费", vectors::kNow + std::chrono::minutes{30},
            "https://pay.example.invalid/notify/ccb"};
}

/// The fields of a notice as they arrive: in the published order, Chinese as GBK.
inline std::string noticeBody(const std::string& id)
{
    std::string query = text(vectorOf(id), "query");
    const std::string utf8 = "测试", gbk = "%B2%E2%CA%D4";
    if (const std::size_t at = query.find(utf8); at != std::string::npos)
        query.replace(at, utf8.size(), gbk);
    return query;
}

} // namespace zikao::ccb
