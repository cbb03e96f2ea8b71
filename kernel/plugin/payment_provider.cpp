#include "kernel/plugin/proxy.hpp"

namespace zikao::plugin {

namespace {

using api::PaymentProvider;
using namespace std::chrono_literals;

/// One call may take several exchanges (keys, close, the query after it), each with the plugin's own, shorter limit.
constexpr auto kDeadline = 15s;
constexpr auto kLocal = 2s; ///< touches nothing outside
constexpr auto kBill = 60s; ///< a day's bill of a province is a long file

// --- values on the wire
// -------------------------------------------------------------------------------------------

Json toJson(const api::Trade& trade)
{
    return {{"attempt_no", trade.attempt_no},
            {"state", static_cast<int>(trade.state)},
            {"provider_trade_no", trade.provider_trade_no},
            {"amount", trade.amount.inFen()},
            {"currency", trade.currency},
            {"paid_at", trade.paid_at ? Json(trade.paid_at->ms) : Json()}};
}

api::Trade readTrade(const Json& json)
{
    api::Trade trade;
    trade.attempt_no = json.at("attempt_no").get<std::string>();
    trade.state = readEnum(json.at("state"), api::TradeState::closed);
    trade.provider_trade_no = json.at("provider_trade_no").get<std::string>();
    trade.amount = Money::fen(json.at("amount").get<std::int64_t>());
    trade.currency = json.at("currency").get<std::string>();
    if (!json.at("paid_at").is_null())
        trade.paid_at = Instant{json["paid_at"].get<std::int64_t>()};
    return trade;
}

Json toJson(const api::Refund& refund)
{
    return {{"refund_no", refund.refund_no},
            {"state", static_cast<int>(refund.state)},
            {"provider_refund_no", refund.provider_refund_no},
            {"amount", refund.amount.inFen()}};
}

api::Refund readRefund(const Json& json)
{
    api::Refund refund;
    refund.refund_no = json.at("refund_no").get<std::string>();
    refund.state = readEnum(json.at("state"), api::RefundState::unknown);
    refund.provider_refund_no = json.at("provider_refund_no").get<std::string>();
    refund.amount = Money::fen(json.at("amount").get<std::int64_t>());
    return refund;
}

/// A bill may have a hundred thousand rows: one JSON array a line in the body instead of one tree in the
/// head.
std::string writeBill(const std::vector<api::BillRow>& rows)
{
    std::string text;
    for (const api::BillRow& row : rows) {
        text += dumpJson(Json::array({static_cast<int>(row.kind), row.attempt_no, row.provider_trade_no,
                                      row.refund_no, row.amount.inFen()}));
        text += '\n';
    }
    return text;
}

std::vector<api::BillRow> readBill(std::string_view text)
{
    std::vector<api::BillRow> rows;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const Json line = Json::parse(text.substr(0, end));
        text.remove_prefix(end + 1);
        api::BillRow& row = rows.emplace_back();
        row.kind = readEnum(line.at(0), api::BillRow::Kind::refund);
        row.attempt_no = line.at(1).get<std::string>();
        row.provider_trade_no = line.at(2).get<std::string>();
        row.refund_no = line.at(3).get<std::string>();
        row.amount = Money::fen(line.at(4).get<std::int64_t>());
    }
    return rows;
}

// --- the kernel's end
// -------------------------------------------------------------------------------------------

class PaymentProxy : public PaymentProvider
{
public:
    explicit PaymentProxy(Line& line) : line_(line) {}

    Result<api::ChargeCode> charge(const api::ChargeRequest& request) override
    {
        Json arguments{{"attempt_no", request.attempt_no},
                       {"amount", request.amount.inFen()},
                       {"subject", request.subject},
                       {"expires_at", request.expires_at.ms},
                       {"notify_url", request.notify_url}};
        return line_.call("charge", std::move(arguments), {}, kDeadline, [](const Json& head, std::string&) {
            return api::ChargeCode{head.at("qr_text").get<std::string>()};
        });
    }

    Result<api::Trade> query(const std::string& attempt_no) override { return trade("query", attempt_no); }
    Result<api::Trade> close(const std::string& attempt_no) override { return trade("close", attempt_no); }

    Result<api::Refund> refund(const api::RefundRequest& request) override
    {
        Json arguments{{"attempt_no", request.attempt_no}, {"refund_no", request.refund_no},
                       {"total", request.total.inFen()},   {"amount", request.amount.inFen()},
                       {"reason", request.reason},         {"notify_url", request.notify_url}};
        return line_.call("refund", std::move(arguments), {}, kDeadline,
                          [](const Json& head, std::string&) { return readRefund(head); });
    }

    Result<api::Refund> queryRefund(const std::string& attempt_no, const std::string& refund_no) override
    {
        return line_.call("query_refund", {{"attempt_no", attempt_no}, {"refund_no", refund_no}}, {},
                          kDeadline, [](const Json& head, std::string&) { return readRefund(head); });
    }

    Result<api::Notice> readNotice(const api::RawNotice& notice, Instant now) override
    {
        return line_.call("read_notice", {{"headers", notice.headers}, {"now", now.ms}}, notice.body,
                          kDeadline, [](const Json& head, std::string&) {
                              api::Notice read;
                              read.kind = readEnum(head.at("kind"), api::Notice::Kind::other);
                              read.notice_id = head.at("notice_id").get<std::string>();
                              read.trade = readTrade(head.at("trade"));
                              read.refund = readRefund(head.at("refund"));
                              return read;
                          });
    }

    api::NoticeReply acknowledge(bool accepted) override
    {
        auto reply = line_.call(
            "acknowledge", {{"accepted", accepted}}, {}, kLocal, [](const Json& head, std::string& body) {
                return api::NoticeReply{head.at("status").get<int>(),
                                        head.at("content_type").get<std::string>(), std::move(body)};
            });
        // An answer the provider cannot read makes it send the notice again, which costs nothing.
        return reply ? std::move(*reply) : api::NoticeReply{500, "text/plain", "fail"};
    }

    Result<std::vector<api::BillRow>> bill(Date day) override
    {
        return line_.call("bill", {{"day", day.text()}}, {}, kBill,
                          [](const Json&, std::string& body) { return readBill(body); });
    }

private:
    Result<api::Trade> trade(const char* method, const std::string& attempt_no)
    {
        return line_.call(method, {{"attempt_no", attempt_no}}, {}, kDeadline,
                          [](const Json& head, std::string&) { return readTrade(head); });
    }

    Line& line_;
};

// --- the worker's end
// -------------------------------------------------------------------------------------------

worker::Message writeTrade(api::Trade&& trade)
{
    return {toJson(trade)};
}
worker::Message writeRefund(api::Refund&& refund)
{
    return {toJson(refund)};
}
worker::Message writeCode(api::ChargeCode&& code)
{
    return {Json{{"qr_text", code.qr_text}}};
}
worker::Message writeNotice(api::Notice&& notice)
{
    return {Json{{"kind", static_cast<int>(notice.kind)},
                 {"notice_id", notice.notice_id},
                 {"trade", toJson(notice.trade)},
                 {"refund", toJson(notice.refund)}}};
}
worker::Message writeRows(std::vector<api::BillRow>&& rows)
{
    return {Json::object(), writeBill(rows)};
}

api::RefundRequest readRefundRequest(const Json& in)
{
    return {in.at("attempt_no").get<std::string>(),
            in.at("refund_no").get<std::string>(),
            Money::fen(in.at("total").get<std::int64_t>()),
            Money::fen(in.at("amount").get<std::int64_t>()),
            in.at("reason").get<std::string>(),
            in.at("notify_url").get<std::string>()};
}

Result<worker::Message> answer(PaymentProvider& provider, const worker::Message& call)
{
    const Json& in = call.head;
    const auto method = in.at("method").get<std::string>();
    const auto text = [&](const char* key) { return in.at(key).get<std::string>(); };
    if (method == "charge")
        return pack(provider.charge({text("attempt_no"), Money::fen(in.at("amount").get<std::int64_t>()),
                                     text("subject"), Instant{in.at("expires_at").get<std::int64_t>()},
                                     text("notify_url")}),
                    writeCode);
    if (method == "query")
        return pack(provider.query(text("attempt_no")), writeTrade);
    if (method == "close")
        return pack(provider.close(text("attempt_no")), writeTrade);
    if (method == "refund")
        return pack(provider.refund(readRefundRequest(in)), writeRefund);
    if (method == "query_refund")
        return pack(provider.queryRefund(text("attempt_no"), text("refund_no")), writeRefund);
    if (method == "read_notice") {
        api::RawNotice raw;
        raw.headers = in.at("headers").get<std::vector<std::pair<std::string, std::string>>>();
        raw.body = call.body;
        return pack(provider.readNotice(raw, Instant{in.at("now").get<std::int64_t>()}), writeNotice);
    }
    if (method == "acknowledge") {
        api::NoticeReply reply = provider.acknowledge(in.at("accepted").get<bool>());
        return worker::Message{Json{{"status", reply.status}, {"content_type", reply.content_type}},
                               std::move(reply.body)};
    }
    if (method == "bill") {
        auto day = Date::parse(text("day"));
        if (!day)
            return fail(day.error());
        return pack(provider.bill(*day), writeRows);
    }
    return unknownMethod(method);
}

} // namespace

worker::Handler servePayment(std::shared_ptr<api::Plugin> plugin)
{
    // The stamp agreed on interface and version, so the cast needs no type information of a foreign library.
    return [plugin](const worker::Message& call) {
        return answer(static_cast<PaymentProvider&>(*plugin), call);
    };
}

Result<std::unique_ptr<Loaded<api::PaymentProvider>>> loadPaymentProvider(const LoadOptions& options)
{
    return LoadedPlugin<PaymentProvider, PaymentProxy>::load(options);
}

} // namespace zikao::plugin
