#include "kernel/cases/engine_impl.hpp"

#include <algorithm>

#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::cases {

namespace {

/// What an officer may look at: the offices below and the duties held. Nothing without both.
struct Reach
{
    std::vector<std::string> offices, duties;
    [[nodiscard]] bool empty() const { return offices.empty() || duties.empty(); }
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

Result<Reach> reachOf(Services& services, const identity::Actor& actor)
{
    auto offices = services.catalog.subtree(actor.office_code);
    if (!offices)
        return fail(offices.error());
    Reach reach{std::move(*offices), {}};
    for (const identity::Role role : actor.roles)
        if (isReviewer(identity::name(role)))
            reach.duties.emplace_back(identity::name(role));
    return reach;
}

/// SQL with its parameters, put together piece by piece.
struct Sql
{
    std::string text;
    storage::Params params;
    void add(const std::string& more, const std::vector<std::string>& values = {})
    {
        text += more;
        params.insert(params.end(), values.begin(), values.end());
    }
};

void addOpenReviews(Sql& sql, const Reach& reach)
{
    sql.add("r.is_open = 1 AND r.reviewer IN (" + marksFor(reach.duties.size()) + ")", reach.duties);
    sql.add(" AND r.office_code IN (" + marksFor(reach.offices.size()) + ")", reach.offices);
}

/// Filters of the record; type and state stand in the review as well, where the queue's index has them.
void addFilters(Sql& sql, const QueueFilter& filter, const std::string& number_index, bool of_review)
{
    const std::string from = of_review ? "r.case_" : "c.";
    if (!filter.type.empty())
        sql.add(" AND " + from + "type = ?", {filter.type});
    if (!filter.state.empty())
        sql.add(" AND " + from + "state = ?", {filter.state});
    if (!filter.phase.empty())
        sql.add(" AND c.phase = ?", {filter.phase});
    if (!filter.text.empty())
        sql.add(" AND (c.id_index = ? OR c.subject_name LIKE ? ESCAPE '!')",
                {number_index, beginningOf(filter.text)});
}

/// Cases and since when they wait. What waits for this officer is read along the queue's index, longest first, and
/// joined with its case only where a filter asks for it; everything else along the cases.
Sql chosenCases(const QueueFilter& filter, const Reach& reach, const std::string& number_index)
{
    Sql sql;
    if (filter.mine) {
        const bool joins = !filter.phase.empty() || !filter.text.empty();
        // An officer of several duties may have several reviews of one case.
        const bool twice = reach.duties.size() > 1;
        sql.add(twice ? "SELECT r.case_id AS id, MIN(r.since) AS waits_since FROM case_review r"
                      : "SELECT r.case_id AS id, r.since AS waits_since FROM case_review r");
        sql.add(joins ? " JOIN case_record c ON c.id = r.case_id WHERE " : " WHERE ");
        addOpenReviews(sql, reach);
        addFilters(sql, filter, number_index, true);
        sql.add(twice ? " GROUP BY r.case_id" : "");
        return sql;
    }
    sql.add("SELECT c.id AS id, c.changed_at AS waits_since FROM case_record c WHERE (EXISTS (SELECT 1 FROM "
            "case_review r WHERE r.case_id = c.id AND ");
    addOpenReviews(sql, reach);
    sql.add(") OR (c.phase <> 'draft' AND c.office_code IN (" + marksFor(reach.offices.size()) + ")))",
            reach.offices);
    addFilters(sql, filter, number_index, false);
    return sql;
}

} // namespace

Result<Queue> Engine::queue(const identity::Actor& actor, const QueueFilter& filter)
{
    if (!isStaff(actor))
        return fail(ErrorCode::forbidden, "no officer");
    auto reach = reachOf(impl_->s, actor);
    if (!reach)
        return fail(reach.error());
    Queue queue;
    if (reach->empty())
        return queue;
    Sql chosen =
        chosenCases(filter, *reach, filter.text.empty() ? "" : impl_->store.numberIndex(filter.text));
    storage::Database& db = *impl_->s.tenant.database;
    auto total = db.query("SELECT COUNT(*) FROM (" + chosen.text + ") q", chosen.params);
    if (!total)
        return fail(total.error());
    queue.total = total->front().integer(0);
    chosen.params.emplace_back(std::int64_t{filter.limit});
    chosen.params.emplace_back(std::int64_t{filter.offset});
    auto rows =
        db.query(std::string("SELECT ") + kListedColumns + ", p.waits_since FROM (" + chosen.text +
                     " ORDER BY waits_since, id LIMIT ? OFFSET ?) p JOIN case_record c ON c.id = p.id "
                     "ORDER BY p.waits_since, c.id",
                 chosen.params);
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows) {
        Record record = listed(row);
        queue.rows.push_back({record, record.subject_name, record.subject_masked_id, record.marks,
                              Instant{row.integer(kListedCount)}});
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
    auto reach = reachOf(impl_->s, actor);
    if (!reach)
        return fail(reach.error());
    if (reach->empty())
        return std::vector<QueueCount>{};
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto counts = impl_->emptyQueues(**package, actor);
    if (!counts)
        return fail(counts.error());
    Sql waiting;
    waiting.add(reach->duties.size() > 1
                    ? "SELECT r.case_type, r.case_state, COUNT(DISTINCT r.case_id) FROM case_review r WHERE "
                    : "SELECT r.case_type, r.case_state, COUNT(*) FROM case_review r WHERE ");
    addOpenReviews(waiting, *reach);
    waiting.add(" GROUP BY r.case_type, r.case_state");
    auto rows = impl_->s.tenant.database->query(waiting.text, waiting.params);
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
