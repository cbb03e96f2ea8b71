#include "plugins/payment-alipay/messages.hpp"

#include <algorithm>

#include "plugins/support/files.hpp"
#include "plugins/support/values.hpp"

namespace zikao::alipay {

using support::Json;
using support::textAt;
using support::valueOf;

namespace {

constexpr std::int64_t kMostQrMinutes = 120;

Failure badBill(std::size_t row, const char* what)
{
    return fail(ErrorCode::corrupt, "trade bill, row " + std::to_string(row + 1) + ": " + what);
}

Failure badNotice(const char* what)
{
    return fail(ErrorCode::forbidden, std::string("notice: ") + what, "body");
}

/// A closed trade that once took money was refunded in full; for us it stays paid.
api::TradeState stateOf(std::string_view status, bool took_money)
{
    if (status == "TRADE_SUCCESS" || status == "TRADE_FINISHED" || (status == "TRADE_CLOSED" && took_money))
        return api::TradeState::paid;
    return status == "TRADE_CLOSED" ? api::TradeState::closed : api::TradeState::pending;
}

bool knownStatus(std::string_view status)
{
    return status == "WAIT_BUYER_PAY" || status == "TRADE_CLOSED" || status == "TRADE_SUCCESS" ||
           status == "TRADE_FINISHED";
}

} // namespace

Json precreateContent(const api::ChargeRequest& request, const std::string& product_code, Instant now)
{
    // `time_expire` decides; the life of the code itself is only rounded up to minutes.
    const std::int64_t minutes =
        std::clamp<std::int64_t>((request.expires_at.ms - now.ms + 59'999) / 60'000, 1, kMostQrMinutes);
    return {{"out_trade_no", request.attempt_no},
            {"total_amount", request.amount.inYuan()},
            {"subject", request.subject},
            {"product_code", product_code},
            {"time_expire", beijingText(request.expires_at)},
            {"qr_code_timeout_express", std::to_string(minutes) + "m"}};
}

Json refundContent(const api::RefundRequest& request)
{
    Json content{{"out_trade_no", request.attempt_no},
                 {"refund_amount", request.amount.inYuan()},
                 {"out_request_no", request.refund_no}};
    if (!request.reason.empty())
        content["refund_reason"] = request.reason;
    return content;
}

Result<api::Trade> readTrade(const Json& answer)
{
    const std::string status = textAt(answer, "trade_status");
    if (!knownStatus(status))
        return fail(ErrorCode::unavailable, "query: unknown trade_status");
    api::Trade trade;
    trade.attempt_no = textAt(answer, "out_trade_no");
    trade.provider_trade_no = textAt(answer, "trade_no");
    if (const auto paid_at = support::fromBeijingText(textAt(answer, "send_pay_date")))
        trade.paid_at = *paid_at;
    trade.state = stateOf(status, trade.paid_at.has_value());
    const auto amount = support::moneyFromYuan(textAt(answer, "total_amount"));
    if (amount)
        trade.amount = *amount;
    if (trade.state == api::TradeState::paid &&
        (!amount || !trade.paid_at || trade.provider_trade_no.empty()))
        return fail(ErrorCode::unavailable, "query: a paid trade without number, time or amount");
    return trade;
}

Result<api::Notice> readNotice(const support::Pairs& params)
{
    const std::string_view status = valueOf(params, "trade_status");
    const std::string_view refund_fee = valueOf(params, "refund_fee");
    api::Notice notice;
    notice.notice_id = valueOf(params, "notify_id");
    notice.trade.attempt_no = valueOf(params, "out_trade_no");
    notice.trade.provider_trade_no = valueOf(params, "trade_no");
    if (notice.notice_id.empty() || notice.trade.attempt_no.empty() || !knownStatus(status))
        return badNotice("number or state is missing");
    const auto total = support::moneyFromYuan(valueOf(params, "total_amount"));
    if (!total)
        return badNotice("no amount");
    notice.trade.amount = *total;
    if (const auto paid_at = support::fromBeijingText(valueOf(params, "gmt_payment")))
        notice.trade.paid_at = *paid_at;
    notice.trade.state = stateOf(status, notice.trade.paid_at.has_value());

    // A refund repeats the payment's fields and state: only these two tell it from a second payment.
    if (!refund_fee.empty() || !valueOf(params, "gmt_refund").empty()) {
        notice.kind = api::Notice::Kind::refund;
        notice.refund.refund_no = valueOf(params, "out_biz_no");
        // `refund_fee` is the sum of all refunds so far, not this one's amount: only the query tells that.
        notice.refund.state = api::RefundState::unknown;
        return notice;
    }
    if (notice.trade.state == api::TradeState::paid) {
        if (!notice.trade.paid_at || notice.trade.provider_trade_no.empty())
            return badNotice("a payment without time or number");
        notice.kind = api::Notice::Kind::payment;
    } else if (notice.trade.state == api::TradeState::closed) {
        notice.kind = api::Notice::Kind::closed;
    }
    return notice;
}

bool isDetailFile(std::string_view csv)
{
    return csv.starts_with("#支付宝业务明细查询");
}

Result<std::vector<api::BillRow>> readBill(std::string_view csv)
{
    const auto table = support::CsvTable::parse(csv);
    if (!table)
        return fail(ErrorCode::corrupt, "trade bill: " + table.error().message);
    for (const char* column :
         {"支付宝交易号", "商户订单号", "业务类型", "订单金额（元）", "退款批次号/请求号"})
        if (!table->has(column))
            return fail(ErrorCode::corrupt, std::string("trade bill: no column ") + column);
    std::vector<api::BillRow> rows;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        const std::string_view business = table->at(i, "业务类型");
        const bool refund = business == "退款";
        if (!refund && business != "交易")
            continue;
        const auto amount = support::moneyFromYuan(table->at(i, "订单金额（元）"));
        if (!amount)
            return badBill(i, "no amount");
        api::BillRow row;
        row.kind = refund ? api::BillRow::Kind::refund : api::BillRow::Kind::payment;
        row.attempt_no = table->at(i, "商户订单号");
        row.provider_trade_no = table->at(i, "支付宝交易号");
        row.amount = refund ? Money::zero() - *amount : *amount;
        if (refund)
            row.refund_no = table->at(i, "退款批次号/请求号");
        if (row.attempt_no.empty() || row.amount <= Money::zero() || (refund && row.refund_no.empty()))
            return badBill(i, "number or sign of the amount is wrong");
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace zikao::alipay
