#include "plugins/payment-wechatpay/messages.hpp"

#include "plugins/support/files.hpp"
#include "plugins/support/values.hpp"

namespace zikao::wechatpay {

using support::integerAt;
using support::Json;
using support::objectAt;
using support::textAt;

namespace {

Result<api::TradeState> stateOf(const std::string& text)
{
    if (text == "SUCCESS" || text == "REFUND")
        return api::TradeState::paid;
    if (text == "NOTPAY" || text == "USERPAYING" || text == "PAYERROR")
        return api::TradeState::pending;
    if (text == "CLOSED" || text == "REVOKED")
        return api::TradeState::closed;
    return fail(ErrorCode::unavailable, "unknown trade_state");
}

Failure badBill(std::size_t row, const char* what)
{
    return fail(ErrorCode::corrupt, "trade bill, row " + std::to_string(row + 1) + ": " + what);
}

} // namespace

std::string createBody(const api::ChargeRequest& request, std::string_view appid, std::string_view mchid)
{
    return Json{{"appid", appid},
                {"mchid", mchid},
                {"description", request.subject},
                {"out_trade_no", request.attempt_no},
                {"time_expire", support::rfc3339(request.expires_at)},
                {"notify_url", request.notify_url},
                {"amount", {{"total", request.amount.inFen()}, {"currency", "CNY"}}}}
        .dump();
}

std::string refundBody(const api::RefundRequest& request)
{
    Json body{{"out_trade_no", request.attempt_no},
              {"out_refund_no", request.refund_no},
              {"amount",
               {{"refund", request.amount.inFen()}, {"total", request.total.inFen()}, {"currency", "CNY"}}}};
    if (!request.reason.empty())
        body["reason"] = request.reason;
    if (!request.notify_url.empty())
        body["notify_url"] = request.notify_url;
    return body.dump();
}

Result<api::Trade> readTrade(const Json& transaction)
{
    api::Trade trade;
    const auto state = stateOf(textAt(transaction, "trade_state"));
    if (!state)
        return fail(state.error());
    trade.state = *state;
    trade.attempt_no = textAt(transaction, "out_trade_no");
    trade.provider_trade_no = textAt(transaction, "transaction_id");
    const Json& amount = objectAt(transaction, "amount");
    trade.amount = Money::fen(integerAt(amount, "total").value_or(0));
    if (const std::string currency = textAt(amount, "currency"); !currency.empty())
        trade.currency = currency;
    const auto paid_at = support::fromRfc3339(textAt(transaction, "success_time"));
    if (paid_at)
        trade.paid_at = *paid_at;
    if (trade.state == api::TradeState::paid &&
        (trade.provider_trade_no.empty() || !trade.paid_at || !integerAt(amount, "total")))
        return fail(ErrorCode::unavailable, "a paid trade without number, time or amount");
    return trade;
}

Result<api::Refund> readRefund(const Json& refund, const char* status_key)
{
    api::Refund made;
    made.refund_no = textAt(refund, "out_refund_no");
    made.provider_refund_no = textAt(refund, "refund_id");
    const auto amount = integerAt(objectAt(refund, "amount"), "refund");
    if (made.refund_no.empty() || !amount)
        return fail(ErrorCode::unavailable, "a refund without number or amount");
    made.amount = Money::fen(*amount);
    const std::string status = textAt(refund, status_key);
    if (status == "SUCCESS")
        made.state = api::RefundState::succeeded;
    else if (status == "PROCESSING")
        made.state = api::RefundState::processing;
    else if (status == "CLOSED" || status == "ABNORMAL")
        made.state = api::RefundState::failed;
    else
        return fail(ErrorCode::unavailable, "unknown refund status");
    return made;
}

Result<std::vector<api::BillRow>> readBill(std::string_view csv)
{
    const auto table = support::CsvTable::parse(csv);
    if (!table)
        return fail(ErrorCode::corrupt, "trade bill: " + table.error().message);
    for (const char* column :
         {"微信订单号", "商户订单号", "交易状态", "货币种类", "订单金额", "商户退款单号", "申请退款金额"})
        if (!table->has(column))
            return fail(ErrorCode::corrupt, std::string("trade bill: no column ") + column);
    std::vector<api::BillRow> rows;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        const std::string_view state = table->at(i, "交易状态");
        const bool refund = state == "REFUND";
        if (!refund && state != "SUCCESS")
            continue;
        if (table->at(i, "货币种类") != "CNY")
            return badBill(i, "another currency than CNY");
        api::BillRow row;
        row.kind = refund ? api::BillRow::Kind::refund : api::BillRow::Kind::payment;
        row.attempt_no = table->at(i, "商户订单号");
        row.provider_trade_no = table->at(i, "微信订单号");
        if (refund)
            row.refund_no = table->at(i, "商户退款单号");
        const auto amount = support::moneyFromYuan(table->at(i, refund ? "申请退款金额" : "订单金额"));
        if (!amount || row.attempt_no.empty() || *amount <= Money::zero() ||
            (refund && row.refund_no.empty()))
            return badBill(i, "number or amount missing");
        row.amount = *amount;
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace zikao::wechatpay
