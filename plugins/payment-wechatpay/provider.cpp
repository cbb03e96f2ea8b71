#include "plugins/payment-wechatpay/provider.hpp"

#include "plugins/payment-wechatpay/messages.hpp"
#include "plugins/support/encoding.hpp"
#include "plugins/support/files.hpp"
#include "plugins/support/values.hpp"

namespace zikao::wechatpay {

using support::Json;
using support::textAt;

namespace {

constexpr std::size_t kMaxBillBytes = 64 * 1024 * 1024;
constexpr std::chrono::seconds kShortestLife{60};
constexpr int kMaxSubject = 60;
const std::string kByNumber = "/v3/pay/transactions/out-trade-no/";
const std::string kRefunds = "/v3/refund/domestic/refunds";

Failure badArgument(const char* what)
{
    return fail(ErrorCode::invalid_argument, what);
}

/// What a refusal means to the caller. 5xx and 429 leave the outcome open: the same numbers may be sent
/// again.
Failure refusal(const char* call, const Answer& answer)
{
    const std::string text = std::string(call) + ": HTTP " + std::to_string(answer.status) + ' ' +
                             answer.code + ' ' + answer.message;
    if (answer.status == 429)
        return fail(ErrorCode::too_many, text, answer.code);
    if (answer.status >= 500)
        return fail(ErrorCode::timeout, text, answer.code);
    if (answer.status == 401)
        return fail(ErrorCode::unavailable, text, answer.code);
    return fail(ErrorCode::invalid_argument, text, answer.code);
}

Failure forbidden(const char* what, const char* reason)
{
    return fail(ErrorCode::forbidden, what, reason);
}

bool isRefundNo(const std::string& number)
{
    return !number.empty() && number.size() <= 64 && std::all_of(number.begin(), number.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    });
}

} // namespace

Result<std::unique_ptr<api::PaymentProvider>> Provider::create(const api::PluginContext& context)
{
    auto settings = Settings::parse(context.settings_json);
    if (!settings)
        return fail(settings.error());
    return std::unique_ptr<api::PaymentProvider>(
        std::make_unique<Provider>(std::move(*settings), support::Environment::system()));
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
    if (request.expires_at < client_.now() + kShortestLife)
        return fail(ErrorCode::invalid_argument, "charge: a code must live a minute at least",
                    "expires_too_soon");
    const Settings& settings = client_.settings();
    const auto answer = client_.call("POST", "/v3/pay/transactions/native",
                                     createBody(request, settings.appid, settings.mchid));
    if (!answer)
        return fail(answer.error());
    if (!answer->good())
        return refusal("charge", *answer);
    std::string code = textAt(answer->body, "code_url");
    if (code.empty())
        return fail(ErrorCode::unavailable, "charge: an answer without code_url");
    return api::ChargeCode{std::move(code)};
}

Result<api::Trade> Provider::doQuery(const std::string& attempt_no)
{
    if (!support::isAttemptNo(attempt_no))
        return badArgument("query: not a number of ours");
    const Settings& settings = client_.settings();
    const auto answer = client_.call("GET", kByNumber + attempt_no + "?mchid=" + settings.mchid);
    if (!answer)
        return fail(answer.error());
    // Old and new documents spell it ORDER_NOT_EXIST, ORDER_NOT_EXISTS and ORDERNOTEXIST.
    if (answer->status == 404 &&
        (answer->code.starts_with("ORDER_NOT_EXIST") || answer->code == "ORDERNOTEXIST")) {
        api::Trade unknown;
        unknown.attempt_no = attempt_no;
        return unknown;
    }
    if (!answer->good())
        return refusal("query", *answer);
    if (textAt(answer->body, "mchid") != settings.mchid || textAt(answer->body, "out_trade_no") != attempt_no)
        return fail(ErrorCode::unavailable, "query: an answer about another order");
    return readTrade(answer->body);
}

Result<api::Trade> Provider::doClose(const std::string& attempt_no)
{
    auto before = doQuery(attempt_no);
    if (!before || before->state != api::TradeState::pending)
        return before;
    const auto answer = client_.call("POST", kByNumber + attempt_no + "/close",
                                     Json{{"mchid", client_.settings().mchid}}.dump());
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
    const auto answer = client_.call("POST", kRefunds, refundBody(request));
    if (!answer)
        return fail(answer.error());
    if (!answer->good())
        return refusal("refund", *answer);
    auto refund = readRefund(answer->body, "status");
    if (refund && (refund->refund_no != request.refund_no || refund->amount != request.amount))
        return fail(ErrorCode::unavailable, "refund: an answer about another refund");
    return refund;
}

Result<api::Refund> Provider::doQueryRefund(const std::string& attempt_no, const std::string& refund_no)
{
    if (!support::isAttemptNo(attempt_no) || !isRefundNo(refund_no))
        return badArgument("refund query: not a number of ours");
    const auto answer = client_.call("GET", kRefunds + '/' + refund_no);
    if (!answer)
        return fail(answer.error());
    if (answer->status == 404)
        return fail(ErrorCode::not_found, "refund query: the provider does not know it", answer->code);
    if (!answer->good())
        return refusal("refund query", *answer);
    if (textAt(answer->body, "out_refund_no") != refund_no ||
        textAt(answer->body, "out_trade_no") != attempt_no)
        return fail(ErrorCode::unavailable, "refund query: an answer about another refund");
    return readRefund(answer->body, "status");
}

Result<api::Notice> Provider::doReadNotice(const api::RawNotice& raw, Instant now)
{
    if (auto good = client_.verifyNotice(raw.headers, raw.body, now); !good)
        return fail(good.error());
    const auto envelope = support::parseObject(raw.body);
    if (!envelope)
        return forbidden("notice: not JSON", "body");
    const Json& resource = support::objectAt(*envelope, "resource");
    const auto sealed = support::fromBase64(textAt(resource, "ciphertext"));
    const Settings& settings = client_.settings();
    if (!sealed || textAt(resource, "algorithm") != "AEAD_AES_256_GCM")
        return forbidden("notice: unknown cipher", "cipher");
    const auto plain = support::aes256GcmOpen(settings.apiv3_key, textAt(resource, "nonce"),
                                              textAt(resource, "associated_data"), *sealed);
    if (!plain)
        return forbidden("notice: cannot be decrypted", "cipher");
    const auto object = support::parseObject(*plain);
    if (!object)
        return forbidden("notice: content is not JSON", "body");
    if (textAt(*object, "mchid") != settings.mchid)
        return forbidden("notice: of another merchant", "merchant");

    api::Notice notice;
    notice.notice_id = textAt(*envelope, "id");
    const std::string event = textAt(*envelope, "event_type");
    if (event == "TRANSACTION.SUCCESS") {
        if (textAt(*object, "appid") != settings.appid)
            return forbidden("notice: of another application", "app");
        auto trade = readTrade(*object);
        if (!trade || trade->state != api::TradeState::paid)
            return forbidden("notice: says paid, but its content does not", "body");
        notice.kind = api::Notice::Kind::payment;
        notice.trade = std::move(*trade);
    } else if (event.starts_with("REFUND.")) {
        auto refund = readRefund(*object, "refund_status");
        if (!refund)
            return forbidden("notice: the refund cannot be read", "body");
        notice.kind = api::Notice::Kind::refund;
        notice.refund = std::move(*refund);
        notice.trade.attempt_no = textAt(*object, "out_trade_no");
        notice.trade.provider_trade_no = textAt(*object, "transaction_id");
    }
    return notice;
}

api::NoticeReply Provider::acknowledge(bool accepted)
{
    if (accepted)
        return {204, "", ""};
    return {500, "application/json", R"({"code":"FAIL","message":"稍后重试"})"};
}

Result<std::vector<api::BillRow>> Provider::doBill(Date day)
{
    if (day >= beijingDate(client_.now()))
        return fail(ErrorCode::not_found, "bill: the day is not over", "bill_not_ready");
    const auto answer =
        client_.call("GET", "/v3/bill/tradebill?bill_date=" + day.text() + "&bill_type=ALL&tar_type=GZIP");
    if (!answer)
        return fail(answer.error());
    if (answer->code == "NO_STATEMENT_EXIST")
        return std::vector<api::BillRow>{};
    if (answer->code == "STATEMENT_CREATING")
        return fail(ErrorCode::not_found, "bill: the provider is still writing it", "bill_not_ready");
    if (!answer->good())
        return refusal("bill", *answer);
    if (textAt(answer->body, "hash_type") != "SHA1")
        return fail(ErrorCode::unavailable, "bill: unknown hash");
    const auto url = support::Url::parse(textAt(answer->body, "download_url"));
    if (!url)
        return fail(ErrorCode::unavailable, "bill: no download address");
    // Only path and token are taken from the answer; the host stays the configured one.
    const auto packed = client_.download(url->target, kMaxBillBytes);
    if (!packed)
        return fail(packed.error());
    const auto csv = support::gunzip(*packed, kMaxBillBytes);
    if (!csv)
        return fail(ErrorCode::corrupt, "bill: " + csv.error().message);
    if (support::hex(support::sha1(*csv)) != textAt(answer->body, "hash_value"))
        return fail(ErrorCode::corrupt, "bill: the file does not have the hash that was announced");
    return readBill(*csv);
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

} // namespace zikao::wechatpay
