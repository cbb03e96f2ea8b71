#include "plugins/payment-ccb/provider.hpp"

#include <algorithm>

#include "plugins/api/control.hpp"
#include "plugins/support/values.hpp"

namespace zikao::ccb {

namespace {

constexpr std::size_t kLongestNo = 30; // ORDERID
constexpr int kMostPages = 2'000;
constexpr std::chrono::seconds kShortestLife{5};

Failure badArgument(const char* what)
{
    return fail(ErrorCode::invalid_argument, what);
}

bool isOrderNo(const std::string& number)
{
    return support::isAttemptNo(number) && number.size() <= kLongestNo;
}

bool isRefundNo(const std::string& number)
{
    return !number.empty() && number.size() <= 64 && std::all_of(number.begin(), number.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    });
}

/// What the rows of one number come to. A payment that failed leaves nothing behind: the number may be paid
/// until its time is over, and cannot afterwards.
api::Trade tradeOf(const std::string& attempt_no, const std::vector<Found>& rows)
{
    api::Trade trade;
    trade.attempt_no = attempt_no;
    for (const Found& row : rows) {
        if (row.order_no != attempt_no)
            continue;
        if (row.status == '1') {
            trade.state = api::TradeState::paid;
            trade.provider_trade_no = attempt_no;
            trade.amount = row.amount;
            return trade;
        }
        if (row.status == '2') {
            trade.state = api::TradeState::pending;
            trade.amount = row.amount;
        }
    }
    return trade;
}

api::RefundState refundState(const std::string& status)
{
    if (status == "1" || status == "3" || status == "4")
        return api::RefundState::succeeded;
    return status == "0" ? api::RefundState::failed : api::RefundState::processing;
}

/// Somebody gives it back in the bank's console; the bill of that day says so.
api::Refund byHand(const std::string& refund_no)
{
    api::Refund refund;
    refund.refund_no = refund_no;
    refund.state = api::RefundState::processing;
    return refund;
}

std::string element(const char* name, const std::string& text)
{
    return '<' + std::string(name) + '>' + xmlText(text) + "</" + name + '>';
}

} // namespace

Result<std::unique_ptr<api::PaymentProvider>> Provider::create(const api::PluginContext& context)
{
    auto settings = Settings::parse(context.settings_json);
    if (!settings)
        return fail(settings.error());
    // Answers are GBK; the conversion tables must be loaded before the worker may not open files any more.
    if (auto warm = support::gbkToUtf8("\xD6\xA7"); !warm)
        return fail(warm.error());
    return std::unique_ptr<api::PaymentProvider>(
        std::make_unique<Provider>(std::move(*settings), support::Environment::system()));
}

Provider::Provider(Settings settings, support::Environment environment)
    : client_(std::move(settings), std::move(environment))
{}

Result<api::ChargeCode> Provider::doCharge(const api::ChargeRequest& request)
{
    if (!isOrderNo(request.attempt_no) || request.amount <= Money::zero())
        return badArgument("charge: number or amount is not acceptable");
    if (request.expires_at < client_.now() + kShortestLife)
        return fail(ErrorCode::invalid_argument, "charge: expires too soon", "expires_too_soon");
    auto code = client_.code(request);
    if (!code)
        return fail(code.error());
    return api::ChargeCode{std::move(*code)};
}

Result<Answer> Provider::search(const Search& search)
{
    auto answer = client_.query(search);
    if (!answer || answer->good())
        return answer;
    if (client_.settings().unknown_order_codes.contains(answer->code))
        return Answer{answer->code, answer->message, 1, {}};
    return fail(ErrorCode::unavailable, "query: " + answer->code + ' ' + answer->message, answer->code);
}

Result<api::Trade> Provider::doQuery(const std::string& attempt_no)
{
    if (!isOrderNo(attempt_no))
        return badArgument("query: not a number of ours");
    const Date today = beijingDate(client_.now());
    api::Trade best;
    best.attempt_no = attempt_no;
    // The bank files an order under its day, and moves it when the day is settled.
    for (int ago = 0; ago < client_.settings().query_days; ++ago) {
        for (const bool settled : {false, true}) {
            if (settled && ago == 0)
                continue;
            const auto answer = search({today.plusDays(-ago), false, settled, attempt_no, 1});
            if (!answer)
                return fail(answer.error());
            auto trade = tradeOf(attempt_no, answer->found);
            if (trade.state == api::TradeState::paid)
                return trade;
            if (trade.state == api::TradeState::pending)
                best = std::move(trade);
        }
    }
    return best;
}

Result<api::Refund> Provider::doQueryRefund(const std::string& attempt_no, const std::string& refund_no)
{
    if (!isOrderNo(attempt_no) || !isRefundNo(refund_no))
        return badArgument("refund query: not a number of ours");
    if (client_.settings().refund_by_hand)
        return byHand(refund_no);
    if (client_.settings().bank_client_url.empty())
        return fail(ErrorCode::not_found, "refund query: there is no bank client", "refund_by_hand");
    const std::string code = refundCode(refund_no);
    for (const char* kind : {"0", "1"}) { // of today, and of settled days
        const auto answer =
            client_.bankClient("5W1003", std::to_string(client_.now().ms),
                               element("KIND", kind) + element("ORDER", attempt_no) +
                                   element("NORDERBY", "1") + element("PAGE", "1") + element("STATUS", "3"));
        if (!answer)
            return fail(answer.error());
        if (answer->textOf("RETURN_CODE") != "000000")
            return fail(ErrorCode::unavailable, "refund query: " + answer->textOf("RETURN_CODE"),
                        answer->textOf("RETURN_CODE"));
        const Element* info = answer->child("TX_INFO");
        for (const Element& row : info == nullptr ? std::vector<Element>{} : info->children) {
            if (row.name != "LIST" || row.textOf("REFUND_CODE") != code ||
                row.textOf("ORDER_NUMBER") != attempt_no)
                continue;
            const auto amount = support::moneyFromYuan(row.textOf("REFUND_AMOUNT"));
            if (!amount)
                return fail(ErrorCode::unavailable, "refund query: a row without an amount");
            return api::Refund{refund_no, refundState(row.textOf("STATUS")), code, *amount};
        }
    }
    return fail(ErrorCode::not_found, "refund query: the bank does not know it", "refund_unknown");
}

Result<api::Refund> Provider::doRefund(const api::RefundRequest& request)
{
    if (!isOrderNo(request.attempt_no) || !isRefundNo(request.refund_no) || request.amount <= Money::zero() ||
        request.amount > request.total)
        return badArgument("refund: numbers or amounts are not acceptable");
    if (client_.settings().refund_by_hand)
        return byHand(request.refund_no);
    if (client_.settings().bank_client_url.empty())
        return fail(ErrorCode::invalid_argument,
                    "refund: there is no bank client; refund in the bank's console", "refund_by_hand");
    // That the bank takes a repeated code for the same refund is not confirmed, so it is looked for first.
    auto known = doQueryRefund(request.attempt_no, request.refund_no);
    if (known && known->amount != request.amount)
        return badArgument("refund: the number belongs to another amount");
    if (known || known.error().code != ErrorCode::not_found)
        return known;
    const std::string code = refundCode(request.refund_no);
    const auto answer =
        client_.bankClient("5W1004", code + '1',
                           element("MONEY", request.amount.inYuan()) + element("ORDER", request.attempt_no) +
                               element("REFUND_CODE", code));
    if (!answer)
        return fail(answer.error());
    if (answer->textOf("RETURN_CODE") == "000000")
        return api::Refund{request.refund_no, api::RefundState::succeeded, code, request.amount};
    // Refused, as it seems; only when the bank does not know the refund either is that certain.
    auto after = doQueryRefund(request.attempt_no, request.refund_no);
    if (after || after.error().code != ErrorCode::not_found)
        return after;
    return fail(ErrorCode::invalid_argument,
                "refund: " + answer->textOf("RETURN_CODE") + ' ' + answer->textOf("RETURN_MSG"),
                answer->textOf("RETURN_CODE"));
}

Result<api::Notice> Provider::doReadNotice(const api::RawNotice& raw)
{
    const auto fields = support::formDecode(raw.body);
    if (!fields || fields->empty())
        return fail(ErrorCode::forbidden, "notice: not a form", "body");
    const Settings& settings = client_.settings();
    if (!settings.counter_key.verify(noticeText(*fields), support::valueOf(*fields, "SIGN")) &&
        CONTROL("notice_signature"))
        return fail(ErrorCode::forbidden, "notice: the signature does not fit", "signature");
    return ccb::readNotice(*fields, settings);
}

api::NoticeReply Provider::acknowledge(bool accepted)
{
    if (accepted)
        return {200, "text/plain", client_.settings().notice_answer};
    return {500, "text/plain", "fail"};
}

Result<std::vector<Found>> Provider::searchAll(Search search)
{
    std::vector<Found> all;
    for (int pages = 1; search.page <= pages; ++search.page) {
        auto answer = this->search(search);
        if (!answer)
            return fail(answer.error());
        pages = std::min(answer->pages, kMostPages);
        all.insert(all.end(), answer->found.begin(), answer->found.end());
    }
    return all;
}

Result<std::vector<api::BillRow>> Provider::doBill(Date day)
{
    if (day >= beijingDate(client_.now()))
        return fail(ErrorCode::not_found, "bill: the day is not over", "bill_not_ready");
    std::vector<api::BillRow> rows;
    for (const bool refunds : {false, true}) {
        const auto found = searchAll({day, refunds, true, {}, 1});
        if (!found)
            return fail(found.error());
        for (const Found& row : *found) {
            if (row.status != '1')
                continue;
            // [?] A refund's row names the order and what went back, not our number for it.
            const Money amount = refunds && row.refund > Money::zero() ? row.refund : row.amount;
            rows.push_back({refunds ? api::BillRow::Kind::refund : api::BillRow::Kind::payment,
                            row.order_no,
                            row.order_no,
                            {},
                            amount});
        }
    }
    return rows;
}

Result<api::ChargeCode> Provider::charge(const api::ChargeRequest& request)
{
    return support::guarded([&] { return doCharge(request); });
}

Result<api::Trade> Provider::query(const std::string& attempt_no)
{
    return support::guarded([&] { return doQuery(attempt_no); });
}

/// There is nothing to send: what the bank knows of the order is all there is to say.
Result<api::Trade> Provider::close(const std::string& attempt_no)
{
    return support::guarded([&] { return doQuery(attempt_no); });
}

Result<api::Refund> Provider::refund(const api::RefundRequest& request)
{
    return support::guarded([&] { return doRefund(request); });
}

Result<api::Refund> Provider::queryRefund(const std::string& attempt_no, const std::string& refund_no)
{
    return support::guarded([&] { return doQueryRefund(attempt_no, refund_no); });
}

Result<api::Notice> Provider::readNotice(const api::RawNotice& notice, Instant)
{
    return support::guarded([&] { return doReadNotice(notice); });
}

Result<std::vector<api::BillRow>> Provider::bill(Date day)
{
    return support::guarded([&] { return doBill(day); });
}

} // namespace zikao::ccb
