#include "plugins/payment-ccb/settings.hpp"

#include <algorithm>

#include "plugins/support/http.hpp"
#include "plugins/support/json.hpp"

namespace zikao::ccb {

namespace {

bool digits(const std::string& text, std::size_t count)
{
    return text.size() == count &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void numberOf(support::Settings& from, const char* key, std::size_t count, std::string& into)
{
    into = from.required(key);
    if (!into.empty() && !digits(into, count))
        from.complain(std::string(key) + " must have " + std::to_string(count) + " digits");
}

/// Nothing that the bank answers is signed, so nobody may stand between; loopback is for tests and bridges.
void checkAddress(support::Settings& from, const char* key, const std::string& address)
{
    const auto url = support::Url::parse(address);
    if (!url || url->target.find('?') != std::string::npos)
        from.complain(std::string(key) + " must be an address without a query");
    else if (!url->secure && url->host != "127.0.0.1" && url->host != "localhost")
        from.complain(std::string(key) + " must be https");
}

std::set<std::string> codesOf(support::Settings& from, const support::Json& all, const char* key)
{
    std::set<std::string> codes;
    const auto found = all.find(key);
    if (found == all.end())
        return codes;
    for (const support::Json& code : *found) {
        if (code.is_string() && !code.get<std::string>().empty())
            codes.insert(code.get<std::string>());
        else
            from.complain(std::string(key) + " must be a list of codes");
    }
    return codes;
}

} // namespace

Result<Settings> Settings::parse(const std::string& settings_json)
{
    support::Settings from(settings_json);
    const support::Json all = support::Json::parse(settings_json, nullptr, false);
    Settings made;
    made.gateway_url = from.optional("gateway_url", "https://ibsbjstar.ccb.com.cn/CCBIS/ccbMain");
    checkAddress(from, "gateway_url", made.gateway_url);
    numberOf(from, "merchant_id", 15, made.merchant_id);
    numberOf(from, "pos_id", 9, made.pos_id);
    numberOf(from, "branch_id", 9, made.branch_id);
    made.transaction_code = from.optional("transaction_code", "530550");
    made.code_host = from.optional("code_host");
    if (const std::string key = from.required("counter_public_key"); !key.empty()) {
        if (auto read = CounterKey::parse(key))
            made.counter_key = *read;
        else
            from.complain("counter_public_key: " + read.error().message);
    }
    made.query_operator = from.optional("query_operator");
    made.query_password = from.required("query_password");
    made.query_days = static_cast<int>(from.integer("query_days", 2, 1, 10));
    if (all.is_object()) {
        made.refused_codes = codesOf(from, all, "refused_codes");
        made.unknown_order_codes = codesOf(from, all, "unknown_order_codes");
    }
    made.notice_answer = from.optional("notice_answer", "success");
    made.bank_client_url = from.optional("bank_client_url");
    made.bank_client_customer = from.optional("bank_client_customer");
    made.bank_client_user = from.optional("bank_client_user");
    made.bank_client_password = from.optional("bank_client_password");
    made.refund_by_hand = from.flag("refund_by_hand", false);
    if (made.refund_by_hand && !made.bank_client_url.empty())
        from.complain("refund_by_hand goes without bank_client_url");
    if (!made.bank_client_url.empty()) {
        checkAddress(from, "bank_client_url", made.bank_client_url);
        if (made.bank_client_customer.empty() || made.bank_client_user.empty() ||
            made.bank_client_password.empty())
            from.complain(
                "bank_client_url needs bank_client_customer, bank_client_user and bank_client_password");
    }
    made.timeout = std::chrono::milliseconds{from.integer("timeout_ms", 4000, 500, 30'000)};
    if (auto good = from.check(); !good)
        return fail(good.error());
    return made;
}

} // namespace zikao::ccb
