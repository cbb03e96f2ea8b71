#include "plugins/payment-alipay/provider.hpp"

#include <algorithm>

#include "plugins/api/control.hpp"
#include "plugins/payment-alipay/messages.hpp"
#include "plugins/payment-alipay/signature.hpp"
#include "plugins/support/files.hpp"
#include "plugins/support/values.hpp"

namespace zikao::alipay {

using support::Json;
using support::textAt;
using support::valueOf;

namespace {

constexpr std::size_t kMaxBillBytes = 64 * 1024 * 1024;
constexpr int kMaxSubject = 60;
/// Alipay repeats a notice for 25 hours; what is older is a replay, and newer than our clock a forgery.
constexpr std::chrono::hours kOldestNotice{26};
constexpr std::chrono::minutes kNewestNotice{5};

Failure badArgument(const char* what)
{
    return fail(ErrorCode::invalid_argument, what);
}

Failure forbidden(const char* what, const char* reason)
{
    return fail(ErrorCode::forbidden, what, reason);
}

/// What a refusal means to the caller. 20000 and ACQ.SYSTEM_ERROR leave the outcome open.
Failure refusal(const char* call, const Answer& answer)
{
    const std::string text =
        std::string(call) + ": " + answer.code + ' ' + answer.sub_code + ' ' + answer.message;
    if (answer.code == "20000" || answer.sub_code == "ACQ.SYSTEM_ERROR" || answer.code == "10003")
        return fail(ErrorCode::timeout, text, answer.sub_code);
    if (answer.code == "20001" || answer.code == "40001" || answer.code == "40002" || answer.code == "40006")
        return fail(ErrorCode::unavailable, text, answer.sub_code);
    return fail(ErrorCode::invalid_argument, text, answer.sub_code);
}

bool isRefundNo(const std::string& number)
{
    return !number.empty() && number.size() <= 64 && std::all_of(number.begin(), number.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    });
}

api::Trade unknownTrade(const std::string& attempt_no)
{
    api::Trade trade;
    trade.attempt_no = attempt_no;
    return trade;
}

} // namespace

Result<std::unique_ptr<api::PaymentProvider>> Provider::create(const api::PluginContext& context)
{
    auto environment = support::Environment::system();
    auto settings = Settings::parse(context.settings_json, environment.now());
    if (!settings)
        return fail(settings.error());
    // Bills are GBK; the conversion tables must be loaded before the worker may not open files any more.
    if (auto warm = support::gbkToUtf8("\xD6\xA7"); !warm)
        return fail(warm.error());
    return std::unique_ptr<api::PaymentProvider>(
        std::make_unique<Provider>(std::move(*settings), std::move(environment)));
}

Provider::Provider(Settings settings, support::Environment environment)
    : client_(std::move(settings), std::move(environment))
{}

Result<api::ChargeCode> Provider::doCharge(const api::ChargeRequest& request)
{
    const int length = support::characters(request.subject);
    if (!support::isAttemptNo(request.attempt_no) || request.amount <= Money::zero() || length < 1 ||
        length > kMaxSubject)
        return badArgument("charge: number, amount or subject is not acceptable");
    const Instant now = client_.now();
    if (request.expires_at <= now)
        return fail(ErrorCode::invalid_argument, "charge: expires in the past", "expires_too_soon");
    const auto answer =
        client_.call("alipay.trade.precreate",
                     precreateContent(request, client_.settings().product_code, now), request.notify_url);
    if (!answer)
        return fail(answer.error());
    if (!answer->good())
        return refusal("charge", *answer);
    std::string code = textAt(answer->body, "qr_code");
    if (code.empty() || textAt(answer->body, "out_trade_no") != request.attempt_no)
        return fail(ErrorCode::unavailable, "charge: an answer without qr_code, or about another order");
    return api::ChargeCode{std::move(code)};
}

Result<api::Trade> Provider::doQuery(const std::string& attempt_no)
{
    if (!support::isAttemptNo(attempt_no))
        return badArgument("query: not a number of ours");
    const auto answer = client_.call("alipay.trade.query", Json{{"out_trade_no", attempt_no}});
    if (!answer)
        return fail(answer.error());
    if (answer->sub_code == "ACQ.TRADE_NOT_EXIST")
        return unknownTrade(attempt_no);
    if (!answer->good())
        return refusal("query", *answer);
    if (textAt(answer->body, "out_trade_no") != attempt_no)
        return fail(ErrorCode::unavailable, "query: an answer about another order");
    return readTrade(answer->body);
}

Result<api::Trade> Provider::doClose(const std::string& attempt_no)
{
    auto before = doQuery(attempt_no);
    if (!before || before->state != api::TradeState::pending)
        return before;
    const auto answer = client_.call("alipay.trade.close", Json{{"out_trade_no", attempt_no}});
    if (answer && answer->good()) {
        before->state = api::TradeState::closed;
        return before;
    }
    // Refused or unheard: the payer may have been faster, or an earlier close arrived after all.
    return doQuery(attempt_no);
}

Result<api::Refund> Provider::doRefund(const api::RefundRequest& request)
{
    if (!support::isAttemptNo(request.attempt_no) || !isRefundNo(request.refund_no) ||
        request.amount <= Money::zero() || request.amount > request.total)
        return badArgument("refund: numbers or amounts are not acceptable");
    const auto answer = client_.call("alipay.trade.refund", refundContent(request));
    if (!answer)
        return fail(answer.error());
    if (!answer->good())
        return refusal("refund", *answer);
    // fund_change=N only says that nothing moved just now, for instance because this is a repetition.
    if (textAt(answer->body, "fund_change") != "Y")
        return doQueryRefund(request.attempt_no, request.refund_no);
    api::Refund refund;
    refund.refund_no = request.refund_no;
    refund.state = api::RefundState::succeeded;
    refund.provider_refund_no = textAt(answer->body, "trade_no");
    refund.amount = request.amount;
    return refund;
}

Result<api::Refund> Provider::doQueryRefund(const std::string& attempt_no, const std::string& refund_no)
{
    if (!support::isAttemptNo(attempt_no) || !isRefundNo(refund_no))
        return badArgument("refund query: not a number of ours");
    const auto answer = client_.call("alipay.trade.fastpay.refund.query",
                                     Json{{"out_trade_no", attempt_no}, {"out_request_no", refund_no}});
    if (!answer)
        return fail(answer.error());
    if (answer->sub_code == "ACQ.TRADE_NOT_EXIST")
        return fail(ErrorCode::not_found, "refund query: the provider does not know it", answer->sub_code);
    if (!answer->good())
        return refusal("refund query", *answer);
    api::Refund refund;
    refund.refund_no = refund_no;
    refund.provider_refund_no = textAt(answer->body, "trade_no");
    if (textAt(answer->body, "refund_status") != "REFUND_SUCCESS")
        return refund;
    const auto amount = support::moneyFromYuan(textAt(answer->body, "refund_amount"));
    if (!amount || textAt(answer->body, "out_request_no") != refund_no)
        return fail(ErrorCode::unavailable, "refund query: an answer about another refund");
    refund.amount = *amount;
    refund.state = api::RefundState::succeeded;
    return refund;
}

Result<api::Notice> Provider::doReadNotice(const api::RawNotice& raw, Instant now)
{
    const auto params = support::formDecode(raw.body);
    if (!params)
        return forbidden("notice: not a form", "body");
    const Settings& settings = client_.settings();
    if (valueOf(*params, "sign_type") != "RSA2")
        return forbidden("notice: another kind of signature", "signature");
    const bool good = std::any_of(settings.alipay_keys.begin(), settings.alipay_keys.end(),
                                  [&](const auto& known) { return verifyNotice(*params, known.second); });
    if (!good && CONTROL("notice_signature"))
        return forbidden("notice: the signature does not fit", "signature");
    const auto sent_at = support::fromBeijingText(valueOf(*params, "notify_time"));
    if (!sent_at || *sent_at < now - kOldestNotice || *sent_at > now + kNewestNotice)
        return forbidden("notice: signed at another time", "timestamp");
    if (valueOf(*params, "app_id") != settings.app_id)
        return forbidden("notice: of another application", "app");
    if (valueOf(*params, "seller_id") != settings.seller_id)
        return forbidden("notice: of another merchant", "merchant");
    return alipay::readNotice(*params);
}

api::NoticeReply Provider::acknowledge(bool accepted)
{
    return {200, "text/plain", accepted ? "success" : "fail"};
}

Result<std::vector<api::BillRow>> Provider::doBill(Date day)
{
    if (day >= beijingDate(client_.now()))
        return fail(ErrorCode::not_found, "bill: the day is not over", "bill_not_ready");
    const auto answer = client_.call("alipay.data.dataservice.bill.downloadurl.query",
                                     Json{{"bill_type", "trade"}, {"bill_date", day.text()}});
    if (!answer)
        return fail(answer.error());
    std::string sub_code = answer->sub_code;
    std::transform(sub_code.begin(), sub_code.end(), sub_code.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (sub_code.ends_with("bill_not_exist"))
        return fail(ErrorCode::not_found, "bill: there is none for that day (yet)", "bill_not_ready");
    if (!answer->good())
        return refusal("bill", *answer);
    const auto packed = client_.download(textAt(answer->body, "bill_download_url"), kMaxBillBytes);
    if (!packed)
        return fail(packed.error());
    const auto entries = support::unzip(*packed, kMaxBillBytes);
    if (!entries)
        return fail(ErrorCode::corrupt, "bill: " + entries.error().message);
    for (const auto& entry : *entries) {
        const auto csv = support::gbkToUtf8(entry.bytes);
        if (csv && isDetailFile(*csv))
            return readBill(*csv);
    }
    return fail(ErrorCode::corrupt, "bill: the archive holds no detail file");
}

Result<api::ChargeCode> Provider::charge(const api::ChargeRequest& request)
{
    return support::guarded([&] { return doCharge(request); });
}

Result<api::Trade> Provider::query(const std::string& attempt_no)
{
    return support::guarded([&] { return doQuery(attempt_no); });
}

Result<api::Trade> Provider::close(const std::string& attempt_no)
{
    return support::guarded([&] { return doClose(attempt_no); });
}

Result<api::Refund> Provider::refund(const api::RefundRequest& request)
{
    return support::guarded([&] { return doRefund(request); });
}

Result<api::Refund> Provider::queryRefund(const std::string& attempt_no, const std::string& refund_no)
{
    return support::guarded([&] { return doQueryRefund(attempt_no, refund_no); });
}

Result<api::Notice> Provider::readNotice(const api::RawNotice& notice, Instant now)
{
    return support::guarded([&] { return doReadNotice(notice, now); });
}

Result<std::vector<api::BillRow>> Provider::bill(Date day)
{
    return support::guarded([&] { return doBill(day); });
}

} // namespace zikao::alipay
