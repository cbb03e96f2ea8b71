#include "kernel/cases/engine_impl.hpp"

#include <algorithm>

#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases {

namespace {

/// What an officer may look at: the offices below and the duties held. Empty text: nothing.
struct Reach
{
    std::string condition;
    storage::Params params;
};

std::string marksFor(std::size_t count)
{
    std::string marks;
    for (std::size_t i = 0; i < count; ++i)
        marks += i == 0 ? "?" : ", ?";
    return marks;
}

/// The beginning of a name as a LIKE pattern; '!' escapes.
std::string beginningOf(const std::string& text)
{
    std::string pattern;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!')
            pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

Result<Reach> reachOf(Services& services, const identity::Actor& actor, bool mine)
{
    auto offices = services.catalog.subtree(actor.office_code);
    if (!offices)
        return fail(offices.error());
    Reach reach;
    std::vector<std::string> duties;
    for (const identity::Role role : actor.roles)
        if (isReviewer(identity::name(role)))
            duties.emplace_back(identity::name(role));
    if (offices->empty() || duties.empty())
        return reach;
    const std::string among = marksFor(offices->size());
    const auto take = [&](const std::vector<std::string>& values) {
        reach.params.insert(reach.params.end(), values.begin(), values.end());
    };
    const std::string open =
        "SELECT 1 FROM case_review r WHERE r.case_id = c.id AND r.is_open = 1 AND r.office_code IN (" +
        among + ") AND r.reviewer IN (" + marksFor(duties.size()) + ")";
    take(*offices);
    take(duties);
    reach.condition = "EXISTS (" + open + ")";
    if (!mine) {
        reach.condition =
            "(" + reach.condition + " OR (c.phase <> 'draft' AND c.office_code IN (" + among + ")))";
        take(*offices);
    }
    return reach;
}

} // namespace

Result<Queue> Engine::queue(const identity::Actor& actor, const QueueFilter& filter)
{
    if (!isStaff(actor))
        return fail(ErrorCode::forbidden, "no officer");
    auto reach = reachOf(impl_->s, actor, filter.mine);
    if (!reach)
        return fail(reach.error());
    Queue queue;
    if (reach->condition.empty())
        return queue;
    std::string where = " FROM case_record c WHERE " + reach->condition;
    storage::Params params = reach->params;
    for (const auto& [column, wanted] :
         {std::pair{"c.type", filter.type}, {"c.state", filter.state}, {"c.phase", filter.phase}})
        if (!wanted.empty()) {
            where += std::string(" AND ") + column + " = ?";
            params.emplace_back(wanted);
        }
    if (!filter.text.empty()) {
        where += " AND (c.id_index = ? OR c.subject_name LIKE ? ESCAPE '!')";
        params.emplace_back(impl_->store.numberIndex(filter.text));
        params.emplace_back(beginningOf(filter.text));
    }
    storage::Database& db = *impl_->s.tenant.database;
    auto total = db.query("SELECT COUNT(*)" + where, params);
    if (!total)
        return fail(total.error());
    queue.total = total->front().integer(0);
    params.emplace_back(std::int64_t{filter.limit});
    params.emplace_back(std::int64_t{filter.offset});
    auto rows = db.query(std::string("SELECT ") + kListedColumns + where +
                             " ORDER BY c.changed_at, c.id LIMIT ? OFFSET ?",
                         params);
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows) {
        Record record = listed(row);
        queue.rows.push_back({record, record.subject_name, record.subject_masked_id, record.marks});
    }
    return queue;
}

Result<Engine::Impl::Queues> Engine::Impl::emptyQueues(const rules::Package& package,
                                                       const identity::Actor& actor)
{
    Queues queues;
    for (const auto& [type, raw] : package.cases) {
        auto def = definition(package, type);
        if (!def)
            return fail(def.error());
        for (const auto& [id, state] : (*def)->states)
            for (const identity::Role role : actor.roles)
                if (std::ranges::count(state.reviewers, identity::name(role)) > 0)
                    queues[{type, id}] = {type, id, (*def)->title + "：" + state.title, 0};
    }
    return queues;
}

Result<std::vector<QueueCount>> Engine::queueCounts(const identity::Actor& actor)
{
    if (!isStaff(actor))
        return fail(ErrorCode::forbidden, "no officer");
    auto reach = reachOf(impl_->s, actor, true);
    if (!reach)
        return fail(reach.error());
    if (reach->condition.empty())
        return std::vector<QueueCount>{};
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto counts = impl_->emptyQueues(**package, actor);
    if (!counts)
        return fail(counts.error());
    auto rows = impl_->s.tenant.database->query("SELECT c.type, c.state, COUNT(*) FROM case_record c WHERE " +
                                                    reach->condition + " GROUP BY c.type, c.state",
                                                reach->params);
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows) {
        const std::string type = row.text(0);
        const std::string state = row.text(1);
        // A state that only an older package knows: its cases wait all the same.
        counts->try_emplace({type, state}, QueueCount{type, state, type, 0}).first->second.count =
            row.integer(2);
    }
    std::vector<QueueCount> listed;
    for (auto& [key, count] : *counts)
        listed.push_back(std::move(count));
    return listed;
}

} // namespace zikao::cases
