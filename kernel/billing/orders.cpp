#include "kernel/base/id.hpp"
#include "kernel/billing/ledger.hpp"

namespace zikao::billing {

namespace {

constexpr const char* kStates[] = {"unpaid", "paying", "paid", "expired", "refunding", "refunded"};

std::optional<OrderState> stateFrom(const std::string& text)
{
    for (std::size_t i = 0; i < std::size(kStates); ++i)
        if (text == kStates[i])
            return static_cast<OrderState>(i);
    return std::nullopt;
}

/// 20 digits: Beijing time to the second, then six at random.
std::string newOrderNo(Instant now)
{
    std::string digits;
    for (const char c : beijingText(now))
        if (c >= '0' && c <= '9')
            digits += c;
    std::uint32_t random = 0;
    for (const char byte : randomBytes(4))
        random = (random << 8) | static_cast<unsigned char>(byte);
    const std::string tail = std::to_string(random % 1'000'000);
    return digits + std::string(6 - tail.size(), '0') + tail;
}

Result<void> loadLines(storage::Executor& on, std::vector<Order>& orders)
{
    if (orders.empty())
        return ok();
    std::map<std::string, Order*> by_no;
    std::string marks;
    storage::Params params;
    for (Order& order : orders) {
        by_no[order.no] = &order;
        marks += marks.empty() ? "?" : ", ?";
        params.emplace_back(order.no);
    }
    const auto rows = on.query("SELECT order_no, code, name, amount_fen FROM order_line WHERE order_no IN (" +
                                   marks + ") ORDER BY order_no, line_no",
                               params);
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows)
        by_no.at(row.text(0))->lines.push_back({row.text(1), row.text(2), Money::fen(row.integer(3))});
    return ok();
}

Result<std::optional<Order>> one(Result<std::vector<Order>> found)
{
    if (!found)
        return fail(found.error());
    if (found->empty())
        return std::optional<Order>{};
    return std::optional<Order>{std::move(found->front())};
}

Money totalOf(const std::vector<Line>& lines)
{
    Money total;
    for (const Line& line : lines)
        total += line.amount;
    return total;
}

bool sameContent(const Order& stored, const NewOrder& asked)
{
    return stored.case_id == asked.case_id && stored.candidate_id == asked.candidate_id &&
           stored.business == asked.business &&
           std::equal(stored.lines.begin(), stored.lines.end(), asked.lines.begin(), asked.lines.end(),
                      [](const Line& a, const Line& b) { return a.code == b.code && a.amount == b.amount; });
}

/// @errors `conflict`: the case has a live order
Result<void> roomFor(storage::Transaction& tx, const std::string& case_id)
{
    const auto live = tx.query("SELECT state FROM pay_order WHERE live_case_key = ?", {case_id});
    if (!live)
        return fail(live.error());
    if (live->empty())
        return ok();
    const std::string& state = live->front().text(0);
    const bool open = state == "unpaid" || state == "paying";
    return fail(ErrorCode::conflict, "the case has a live order", open ? "order_open" : "order_paid");
}

/// @return the order's number. Two orders of one second may draw the same one: then another is drawn.
Result<std::string> storeHead(storage::Transaction& tx, const Vault& vault, const NewOrder& order,
                              Money total, Instant now)
{
    constexpr int kDraws = 5;
    const auto lives_ms = std::chrono::milliseconds{order.lives}.count();
    for (int draw = 0; draw < kDraws; ++draw) {
        std::string no = newOrderNo(now);
        Order opened;
        opened.no = no;
        opened.case_id = order.case_id;
        opened.candidate_id = order.candidate_id;
        opened.business = order.business;
        opened.subject = order.subject;
        opened.total = total;
        opened.lines = order.lines;
        opened.created_at = now;
        opened.code_lives = order.code_lives;
        const auto stored = tx.execute(
            "INSERT INTO pay_order (no, case_id, candidate_id, business, subject, state, "
            "total_fen, created_at_ms, "
            "expires_at_ms, lives_ms, code_ms, operation_id, live_case_key, mac) VALUES (?, ?, ?, ?, ?, "
            "'unpaid', ?, ?, ?, ?, ?, ?, ?, ?)",
            {no, order.case_id, order.candidate_id, order.business, order.subject, total.inFen(), now.ms,
             now.ms + lives_ms, lives_ms, std::chrono::milliseconds{order.code_lives}.count(),
             order.operation_id, order.case_id, orderMac(vault, opened)});
        if (stored)
            return no;
        if (stored.error().reason != "duplicate")
            return fail(stored.error());
        if (auto taken = roomFor(tx, order.case_id); !taken)
            return fail(taken.error());
    }
    // The row in the way was committed after this transaction's snapshot, so it cannot be seen here: look again afresh.
    return fail(ErrorCode::conflict, "the order in the way is not visible yet", storage::kLostRace);
}

/// The condition and parameters of a staff search.
std::pair<std::string, storage::Params> conditionOf(const OrderSearch& search)
{
    std::string where = "1 = 1";
    storage::Params params;
    if (!search.text.empty() || !search.candidates.empty()) {
        where += " AND (1 = 0";
        // An empty text must not match the provider's number that an unpaid order does not have yet.
        if (!search.text.empty()) {
            where += " OR no = ? OR case_id = ? OR provider_trade_no = ? OR no IN (SELECT order_no FROM "
                     "pay_attempt "
                     "WHERE no = ?)";
            params.insert(params.end(), 4, search.text);
        }
        for (const std::string& candidate : search.candidates) {
            where += " OR candidate_id = ?";
            params.emplace_back(candidate);
        }
        where += ")";
    }
    if (!search.state.empty()) {
        where += " AND state = ?";
        params.emplace_back(search.state);
    }
    return {where, params};
}

/// `e` is the exception, `t` the transaction it stands for.
Result<std::vector<ExceptionEntry>> exceptionRows(storage::Executor& on, const std::string& where,
                                                  const storage::Params& params)
{
    const auto rows = on.query(
        "SELECT e.id, e.kind, e.channel, e.attempt_no, e.provider_trade_no, e.order_no, e.state, "
        "e.amount_fen, e.refunded_fen, e.seen_at_ms, t.paid_at_ms, (SELECT MAX(r.done_at_ms) FROM pay_refund "
        "r WHERE r.exception_id = e.id AND r.state = 'done') FROM pay_exception e JOIN pay_transaction t ON "
        "t.channel = e.channel AND t.provider_trade_no = e.provider_trade_no WHERE " +
            where,
        params);
    if (!rows)
        return fail(rows.error());
    std::vector<ExceptionEntry> all;
    for (const storage::Row& row : *rows) {
        ExceptionEntry entry{row.text(0),
                             row.text(1),
                             row.text(2),
                             row.text(3),
                             row.text(4),
                             row.text(5),
                             row.text(6),
                             Money::fen(row.integer(7)),
                             Money::fen(row.integer(8)),
                             {row.integer(9)},
                             {row.integer(10)},
                             {}};
        if (!row.isNull(11))
            entry.refunded_at = Instant{row.integer(11)};
        all.push_back(std::move(entry));
    }
    return all;
}

} // namespace

const char* name(OrderState state)
{
    return kStates[static_cast<int>(state)];
}

Result<std::vector<Order>> orderRows(storage::Executor& on, const std::string& where,
                                     const storage::Params& params)
{
    const auto rows =
        on.query("SELECT no, case_id, candidate_id, business, subject, state, total_fen, received_fen, "
                 "refunded_fen, created_at_ms, expires_at_ms, paid_at_ms, paid_channel, "
                 "provider_trade_no, code_ms FROM pay_order WHERE " +
                     where,
                 params);
    if (!rows)
        return fail(rows.error());
    std::vector<Order> orders;
    for (const storage::Row& row : *rows) {
        const auto state = stateFrom(row.text(5));
        if (!state)
            return fail(ErrorCode::corrupt, "an order in no known state");
        Order order;
        order.no = row.text(0);
        order.case_id = row.text(1);
        order.candidate_id = row.text(2);
        order.business = row.text(3);
        order.subject = row.text(4);
        order.state = *state;
        order.total = Money::fen(row.integer(6));
        order.received = Money::fen(row.integer(7));
        order.refunded = Money::fen(row.integer(8));
        order.created_at = {row.integer(9)};
        order.expires_at = {row.integer(10)};
        if (!row.isNull(11))
            order.paid_at = Instant{row.integer(11)};
        order.paid_channel = row.text(12);
        order.provider_trade_no = row.text(13);
        order.code_lives = std::chrono::milliseconds{row.integer(14)};
        orders.push_back(std::move(order));
    }
    if (auto loaded = loadLines(on, orders); !loaded)
        return fail(loaded.error());
    return orders;
}

Result<Order> Billing::open(storage::Transaction& tx, const NewOrder& order)
{
    const Money total = totalOf(order.lines);
    const bool sound = !order.operation_id.empty() && !order.lines.empty() && order.lives.count() > 0 &&
                       order.code_lives.count() >= 0 && order.code_lives <= order.lives &&
                       std::all_of(order.lines.begin(), order.lines.end(),
                                   [](const Line& line) { return line.amount > Money::zero(); });
    if (!sound)
        return fail(ErrorCode::invalid_argument,
                    "an order without operation id, lines, positive amounts or a life");
    const auto earlier = one(orderRows(tx, "operation_id = ?", {order.operation_id}));
    if (!earlier)
        return fail(earlier.error());
    if (*earlier && sameContent(**earlier, order))
        return **earlier;
    if (*earlier)
        return fail(ErrorCode::conflict, "operation id of another order", "operation_reused");
    const Instant now = tenant_.clock.now();
    const auto stored = storeHead(tx, *tenant_.vault, order, total, now);
    if (!stored)
        return fail(stored.error());
    const std::string& no = *stored;
    std::string marks;
    storage::Params params;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const Line& line = order.lines[i];
        marks += marks.empty() ? "(?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
        params.insert(params.end(),
                      {no, static_cast<std::int64_t>(i + 1), line.code, line.name, line.amount.inFen()});
    }
    const auto lined = tx.execute(
        "INSERT INTO order_line (order_no, line_no, code, name, amount_fen) VALUES " + marks, params);
    if (!lined)
        return fail(lined.error());
    const auto made = one(orderRows(tx, "no = ?", {no}));
    if (!made)
        return fail(made.error());
    return **made;
}

Result<std::optional<Order>> Billing::find(const std::string& order_no)
{
    return one(orderRows(*tenant_.database, "no = ?", {order_no}));
}

Result<std::vector<Order>> Billing::ofCandidate(const std::string& candidate_id)
{
    return orderRows(*tenant_.database, "candidate_id = ? ORDER BY created_at_ms DESC, no DESC",
                     {candidate_id});
}

Result<std::optional<Order>> Billing::liveOrderOfCase(const std::string& case_id)
{
    return one(orderRows(*tenant_.database, "live_case_key = ?", {case_id}));
}

Result<std::optional<Order>> Billing::newestOrderOfCase(const std::string& case_id)
{
    return one(
        orderRows(*tenant_.database, "case_id = ? ORDER BY created_at_ms DESC, no DESC LIMIT 1", {case_id}));
}

Result<OrderPage> Billing::search(const OrderSearch& search)
{
    auto [where, params] = conditionOf(search);
    const auto total = tenant_.database->query("SELECT COUNT(*) FROM pay_order WHERE " + where, params);
    if (!total)
        return fail(total.error());
    params.emplace_back(static_cast<std::int64_t>(search.limit));
    params.emplace_back(static_cast<std::int64_t>(search.offset));
    auto orders = orderRows(*tenant_.database,
                            where + " ORDER BY created_at_ms DESC, no DESC LIMIT ? OFFSET ?", params);
    if (!orders)
        return fail(orders.error());
    return OrderPage{*std::move(orders), total->front().integer(0)};
}

Result<std::vector<ExceptionEntry>> Billing::exceptions(bool only_open)
{
    return exceptionRows(*tenant_.database, "e.state <> ? ORDER BY e.seen_at_ms DESC, e.id DESC LIMIT 1000",
                         {std::string(only_open ? "settled" : "")});
}

Result<std::vector<ExceptionEntry>> Billing::exceptionsOf(const std::string& order_no)
{
    return exceptionRows(*tenant_.database,
                         "t.order_no = ? AND t.kind = 'exception' ORDER BY t.paid_at_ms, e.id", {order_no});
}

} // namespace zikao::billing
