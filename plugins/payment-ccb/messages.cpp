#include "plugins/payment-ccb/messages.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/support/crypto.hpp"
#include "plugins/support/values.hpp"

namespace zikao::ccb {

using support::Pairs;
using support::valueOf;

namespace {

std::string onlyDigits(const std::string& text)
{
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](char c) { return c >= '0' && c <= '9'; });
    return out;
}

Failure unreadable(const char* what)
{
    return fail(ErrorCode::unavailable, std::string("query: ") + what);
}

Failure forbidden(const char* what, const char* reason)
{
    return fail(ErrorCode::forbidden, std::string("notice: ") + what, reason);
}

/// @errors `unavailable`
Result<Found> readRow(const Element& row, const Settings& settings)
{
    Found found;
    found.order_no = row.textOf("ORDERID");
    const std::string status = row.textOf("STATUSCODE");
    const auto amount = support::moneyFromYuan(row.textOf("AMOUNT"));
    const std::string refund_text = row.textOf("REFUND");
    const auto refund = support::moneyFromYuan(refund_text.empty() ? "0" : refund_text);
    if (found.order_no.empty() || status.size() != 1 || !amount || !refund)
        return unreadable("a row without number, state or amount");
    if (row.textOf("POSID") != settings.pos_id)
        return unreadable("a row of another counter");
    found.amount = *amount;
    found.refund = *refund;
    found.status = status.front();
    return found;
}

} // namespace

Pairs orderFields(const Settings& settings, const api::ChargeRequest& request)
{
    Pairs fields{{"MERCHANTID", settings.merchant_id},
                 {"POSID", settings.pos_id},
                 {"BRANCHID", settings.branch_id},
                 {"ORDERID", request.attempt_no},
                 {"PAYMENT", request.amount.inYuan()},
                 {"CURCODE", "01"},
                 {"TXCODE", settings.transaction_code},
                 {"REMARK1", ""},
                 {"REMARK2", ""},
                 {"RETURNTYPE", "3"},
                 {"TIMEOUT", onlyDigits(beijingText(request.expires_at))}};
    Pairs covered = fields;
    covered.emplace_back("PUB", settings.counter_key.tail());
    fields.emplace_back("MAC", md5Hex(macText(covered)));
    return fields;
}

Pairs queryFields(const Settings& settings, const Search& search)
{
    Pairs fields{{"MERCHANTID", settings.merchant_id},
                 {"BRANCHID", settings.branch_id},
                 {"POSID", settings.pos_id},
                 {"ORDERDATE", onlyDigits(search.day.text())},
                 {"BEGORDERTIME", "00:00:00"},
                 {"ENDORDERTIME", "23:59:59"},
                 {"ORDERID", search.order_no},
                 {"QUPWD", ""},
                 {"TXCODE", "410408"},
                 {"TYPE", search.refunds ? "1" : "0"},
                 {"KIND", search.settled ? "1" : "0"},
                 {"STATUS", "3"},
                 {"SEL_TYPE", "3"},
                 {"PAGE", std::to_string(search.page)},
                 {"OPERATOR", settings.query_operator},
                 {"CHANNEL", ""}};
    const std::string mac = md5Hex(macText(fields));
    for (auto& [name, value] : fields)
        if (name == "QUPWD")
            value = settings.query_password;
    fields.emplace_back("MAC", mac);
    return fields;
}

Result<Answer> readAnswer(std::string_view gbk, const Settings& settings)
{
    const auto text = support::gbkToUtf8(gbk);
    if (!text)
        return unreadable("not GBK");
    const auto root = parseXml(*text);
    if (!root)
        return unreadable("not XML");
    Answer answer;
    answer.code = root->textOf("RETURN_CODE");
    answer.message = root->textOf("RETURN_MSG");
    if (answer.code.empty())
        return unreadable("without RETURN_CODE");
    if (!answer.good())
        return answer;
    const std::string pages = root->textOf("PAGECOUNT");
    if (std::from_chars(pages.data(), pages.data() + pages.size(), answer.pages).ec != std::errc{})
        answer.pages = 1;
    for (const Element& row : root->children) {
        if (row.name != "QUERYORDER")
            continue;
        auto found = readRow(row, settings);
        if (!found)
            return fail(found.error());
        answer.found.push_back(std::move(*found));
    }
    return answer;
}

Result<api::Notice> readNotice(const Pairs& fields, const Settings& settings)
{
    // The bank names no merchant in a notice; a counter belongs to one.
    if (valueOf(fields, "POSID") != settings.pos_id || valueOf(fields, "BRANCHID") != settings.branch_id)
        return forbidden("of another counter", "merchant");
    // A page notice travels through the payer's browser: it may be shown, never booked.
    if (std::none_of(fields.begin(), fields.end(),
                     [](const auto& field) { return field.first == "ACC_TYPE"; }))
        return forbidden("a page notice", "body");
    const auto amount = support::moneyFromYuan(valueOf(fields, "PAYMENT"));
    const std::string_view success = valueOf(fields, "SUCCESS");
    const std::string_view order_no = valueOf(fields, "ORDERID");
    if (!amount || order_no.empty() || (success != "Y" && success != "N"))
        return forbidden("without number, amount or outcome", "body");
    api::Notice notice;
    notice.kind = success == "Y" ? api::Notice::Kind::payment : api::Notice::Kind::other;
    // PKCS#1 v1.5 gives the same signature for the same bytes, so a repeated notice has the same id.
    notice.notice_id = support::hex(support::sha256(valueOf(fields, "SIGN"))).substr(0, 32);
    notice.trade.attempt_no = order_no;
    notice.trade.state = success == "Y" ? api::TradeState::paid : api::TradeState::pending;
    // The bank gives a payment no number of its own: one order number is paid once at most.
    notice.trade.provider_trade_no = order_no;
    notice.trade.amount = *amount;
    notice.trade.currency =
        valueOf(fields, "CURCODE") == "01" ? "CNY" : std::string(valueOf(fields, "CURCODE"));
    return notice;
}

std::string refundCode(const std::string& refund_no)
{
    std::uint64_t number = 0;
    for (const char byte : support::sha256(refund_no).substr(0, 8))
        number = (number << 8) | static_cast<unsigned char>(byte);
    const std::string digits = std::to_string(number % 1'000'000'000'000'000ULL);
    return std::string(15 - digits.size(), '0') + digits;
}

std::string clientRequest(const Settings& settings, const std::string& code, const std::string& serial,
                          const std::string& info)
{
    const auto element = [](const char* name, const std::string& text) {
        return '<' + std::string(name) + '>' + xmlText(text) + "</" + name + '>';
    };
    return "<?xml version=\"1.0\" encoding=\"GB2312\" standalone=\"yes\" ?><TX>" +
           element("REQUEST_SN", serial) + element("CUST_ID", settings.bank_client_customer) +
           element("USER_ID", settings.bank_client_user) +
           element("PASSWORD", settings.bank_client_password) + element("TX_CODE", code) +
           element("LANGUAGE", "CN") + "<TX_INFO>" + info +
           "</TX_INFO><SIGN_INFO></SIGN_INFO><SIGNCERT></SIGNCERT></TX>";
}

} // namespace zikao::ccb
