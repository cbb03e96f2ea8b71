#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "kernel/base/json.hpp"
#include "plugins/api/payment_provider.hpp"

namespace zikao::billing {

/// A provider whose ledger is a folder, so that it outlives the process that asked it, as a real one does.
class DiskProvider : public api::PaymentProvider
{
public:
    explicit DiskProvider(std::string dir) : dir_(std::move(dir)) {}

    void pay(const std::string& attempt_no)
    {
        Json trade = *read("trade-" + attempt_no);
        trade["state"] = "paid";
        write("trade-" + attempt_no, trade);
    }
    static api::RawNotice noticeOf(const std::string& attempt_no) { return {{}, attempt_no}; }
    /// How often one refund moved money.
    int payouts(const std::string& refund_no)
    {
        const auto refund = read("refund-" + refund_no);
        return refund ? refund->value("payouts", 0) : 0;
    }

    Result<api::ChargeCode> charge(const api::ChargeRequest& request) override
    {
        if (!read("trade-" + request.attempt_no))
            write("trade-" + request.attempt_no, {{"state", "pending"}, {"fen", request.amount.inFen()}});
        return api::ChargeCode{"disk://" + request.attempt_no};
    }
    Result<api::Trade> query(const std::string& attempt_no) override
    {
        api::Trade trade;
        trade.attempt_no = attempt_no;
        const auto stored = read("trade-" + attempt_no);
        if (!stored)
            return trade;
        const std::string state = stored->at("state");
        trade.state = state == "paid"     ? api::TradeState::paid
                      : state == "closed" ? api::TradeState::closed
                                          : api::TradeState::pending;
        trade.amount = Money::fen(stored->at("fen").get<std::int64_t>());
        trade.provider_trade_no = "disk-" + attempt_no;
        return trade;
    }
    Result<api::Trade> close(const std::string& attempt_no) override
    {
        auto stored = read("trade-" + attempt_no);
        if (stored && stored->at("state") == "pending") {
            (*stored)["state"] = "closed";
            write("trade-" + attempt_no, *stored);
        }
        return query(attempt_no);
    }
    Result<api::Refund> refund(const api::RefundRequest& request) override
    {
        if (!read("refund-" + request.refund_no))
            write("refund-" + request.refund_no, {{"fen", request.amount.inFen()}, {"payouts", 1}});
        return queryRefund(request.attempt_no, request.refund_no);
    }
    Result<api::Refund> queryRefund(const std::string&, const std::string& refund_no) override
    {
        const auto stored = read("refund-" + refund_no);
        if (!stored)
            return api::Refund{refund_no, api::RefundState::unknown, {}, {}};
        return api::Refund{refund_no, api::RefundState::succeeded, "disk-" + refund_no,
                           Money::fen(stored->at("fen").get<std::int64_t>())};
    }
    Result<api::Notice> readNotice(const api::RawNotice& raw, Instant) override
    {
        const auto trade = query(raw.body);
        if (!trade || trade->state != api::TradeState::paid)
            return fail(ErrorCode::forbidden, "no such payment", "signature");
        return api::Notice{api::Notice::Kind::payment, "n-" + raw.body, *trade, {}};
    }
    api::NoticeReply acknowledge(bool accepted) override { return {accepted ? 200 : 500, "text/plain", {}}; }
    Result<std::vector<api::BillRow>> bill(Date) override { return fail(ErrorCode::not_found, "no bill"); }

private:
    std::optional<Json> read(const std::string& name)
    {
        std::ifstream in(dir_ + "/" + name);
        std::stringstream text;
        text << in.rdbuf();
        const auto value = parseJson(text.str());
        return value ? std::optional<Json>{*value} : std::nullopt;
    }
    void write(const std::string& name, const Json& value)
    {
        std::ofstream(dir_ + "/" + name + ".new") << dumpJson(value);
        std::filesystem::rename(dir_ + "/" + name + ".new", dir_ + "/" + name);
    }

    std::string dir_;
};

} // namespace zikao::billing
