#include <functional>
#include <map>

#include "kernel/base/encoding.hpp"
#include "kernel/base/log.hpp"
#include "kernel/billing/ledger.hpp"
#include "kernel/storage/row_mac.hpp"
#include "plugins/api/control.hpp"

namespace zikao::billing {

namespace {

constexpr std::int64_t kOrdersAtOnce = 500;

/// Every order with the MAC that its row carries, a part at a time.
Result<void> forEachPart(
    storage::Database& database,
    const std::function<Result<void>(const std::vector<Order>&, const std::vector<std::string>&)>& act)
{
    const std::string part = "no > ? ORDER BY no LIMIT ?";
    std::string last;
    for (;;) {
        const storage::Params params{last, kOrdersAtOnce};
        const auto orders = orderRows(database, part, params);
        const auto rows = database.query("SELECT no, mac FROM pay_order WHERE " + part, params);
        if (!orders || !rows)
            return fail(!orders ? orders.error() : rows.error());
        if (orders->empty())
            return ok();
        std::map<std::string, std::string> macs;
        for (const storage::Row& row : *rows)
            macs[row.text(0)] = row.text(1);
        std::vector<std::string> theirs;
        for (const Order& order : *orders)
            theirs.push_back(macs[order.no]);
        if (Result<void> done = act(*orders, theirs); !done)
            return done;
        last = orders->back().no;
    }
}

} // namespace

std::string orderMac(const Vault& vault, const Order& order)
{
    storage::Params figures{order.no,
                            order.case_id,
                            order.candidate_id,
                            order.business,
                            order.subject,
                            order.total.inFen(),
                            order.created_at.ms,
                            static_cast<std::int64_t>(order.code_lives.count())};
    for (const Line& line : order.lines)
        figures.insert(figures.end(), {line.code, line.name, line.amount.inFen()});
    return storage::rowMac(vault, "pay_order", figures);
}

Result<void> requireTrueOrder(const Vault& vault, const Order& order, const std::string& mac)
{
    if (equalInConstantTime(mac, orderMac(vault, order)) || !CONTROL("order_mac"))
        return ok();
    log::error("row_altered", {{"row", "pay_order " + order.no}});
    return fail(ErrorCode::conflict, "order " + order.no + " is not as it was opened", "order_altered");
}

Result<std::vector<std::string>> alteredOrders(storage::Database& database, const Vault& vault)
{
    std::vector<std::string> altered;
    const auto walked =
        forEachPart(database, [&](const std::vector<Order>& orders, const std::vector<std::string>& macs) {
            for (std::size_t i = 0; i < orders.size(); ++i)
                if (!equalInConstantTime(macs[i], orderMac(vault, orders[i])))
                    altered.push_back("an order was altered: " + orders[i].no);
            return ok();
        });
    if (!walked)
        return fail(walked.error());
    return altered;
}

Result<std::int64_t> sealOldOrders(storage::Database& database, const Vault& vault)
{
    std::int64_t sealed = 0;
    const auto walked = forEachPart(
        database,
        [&](const std::vector<Order>& orders, const std::vector<std::string>& macs) -> Result<void> {
            const auto done = database.transaction([&](storage::Transaction& tx) -> Result<std::int64_t> {
                std::int64_t part = 0;
                for (std::size_t i = 0; i < orders.size(); ++i) {
                    if (!macs[i].empty())
                        continue;
                    const auto written = tx.execute("UPDATE pay_order SET mac = ? WHERE no = ? AND mac = ''",
                                                    {orderMac(vault, orders[i]), orders[i].no});
                    if (!written)
                        return fail(written.error());
                    part += *written;
                }
                return part;
            });
            if (!done)
                return fail(done.error());
            sealed += *done;
            return ok();
        });
    if (!walked)
        return fail(walked.error());
    return sealed;
}

} // namespace zikao::billing
