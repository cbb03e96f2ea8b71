#include "kernel/cases/engine_impl.hpp"

#include <algorithm>
#include <functional>
#include <set>

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

using TypeAndState = std::pair<std::string, std::string>;

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

/// The filters need what only the case itself says.
bool readsCase(const QueueFilter& filter)
{
    return !filter.phase.empty() || !filter.text.empty();
}

/// Who waits longest stands first among what waits; of everything, what moved last does.
bool newestFirst(const QueueFilter& filter)
{
    return !filter.mine;
}

/// Only what follows a row in the order of the queue, or what comes before it.
void addPlace(Sql& sql, const QueueFilter& filter, const std::string& since, const std::string& id)
{
    const bool down = newestFirst(filter);
    const auto next_to = [&](const QueueFilter::Place& place, const std::string& beyond) {
        sql.add(" AND " + since + " " + beyond + "= ? AND (" + since + " " + beyond + " ? OR " + id + " " +
                beyond + " ?)");
        sql.params.emplace_back(place.since.ms);
        sql.params.emplace_back(place.since.ms);
        sql.params.emplace_back(place.id);
    };
    if (filter.after)
        next_to(*filter.after, down ? "<" : ">");
    else if (filter.before)
        next_to(*filter.before, down ? ">" : "<");
}

/// What waits for this officer since when, read along the queue's index and joined with its case only where a filter
/// asks for it. Duty by duty, since only then the index has the order asked for: a case has waited for all its duties
/// since it came into its state, so that the union makes one row of it.
Sql waitingRows(const QueueFilter& filter, const Reach& reach, const std::string& number_index,
                const std::string& order)
{
    Sql sql;
    for (const std::string& duty : reach.duties) {
        sql.add(sql.text.empty() ? "SELECT * FROM (" : " UNION SELECT * FROM (");
        sql.add("SELECT r.case_id AS id, r.since AS waits_since FROM case_review r");
        sql.add(readsCase(filter) ? " JOIN case_record c ON c.id = r.case_id WHERE " : " WHERE ");
        addOpenReviews(sql, {reach.offices, {duty}});
        addFilters(sql, filter, number_index, true);
        addPlace(sql, filter, "r.since", "r.case_id");
        sql.add(order + " LIMIT ?) " + duty);
        sql.params.emplace_back(std::int64_t{filter.limit} + filter.offset);
    }
    return sql;
}

void addOwnCases(Sql& sql, const Reach& reach)
{
    sql.add("c.phase <> 'draft' AND c.office_code IN (" + marksFor(reach.offices.size()) + ")",
            reach.offices);
}

/// Everything the office may see: its own cases and those of other offices that wait for it. Read along the cases in
/// their order; the reviews are looked at only where a case is another office's.
Sql seenRows(const QueueFilter& filter, const Reach& reach, const std::string& number_index,
             const std::string& order)
{
    Sql sql;
    sql.add("SELECT c.id AS id, c.changed_at AS waits_since FROM case_record c WHERE ((");
    addOwnCases(sql, reach);
    sql.add(") OR c.id IN (SELECT r.case_id FROM case_review r WHERE ");
    addOpenReviews(sql, reach);
    sql.add("))");
    addFilters(sql, filter, number_index, false);
    addPlace(sql, filter, "c.changed_at", "c.id");
    sql.add(order + " LIMIT ?");
    sql.params.emplace_back(std::int64_t{filter.limit} + filter.offset);
    return sql;
}

Result<std::int64_t> counted(storage::Database& db, const Sql& sql)
{
    auto rows = db.query(sql.text, sql.params);
    if (!rows)
        return fail(rows.error());
    return rows->front().integer(0);
}

/// How many cases wait for this officer, by type and state: along the queue's index, and by case only in a state that
/// several of the officer's duties decide.
Result<std::map<TypeAndState, std::int64_t>> waitingCounts(storage::Database& db, const Reach& reach,
                                                           const QueueFilter& filter)
{
    Sql sql;
    sql.add("SELECT r.case_type, r.case_state, r.reviewer, COUNT(*) FROM case_review r WHERE ");
    addOpenReviews(sql, reach);
    addFilters(sql, filter, {}, true);
    sql.add(" GROUP BY r.reviewer, r.office_code, r.case_type, r.case_state");
    auto rows = db.query(sql.text, sql.params);
    if (!rows)
        return fail(rows.error());
    std::map<TypeAndState, std::int64_t> counts;
    std::map<TypeAndState, std::set<std::string>> duties;
    for (const storage::Row& row : *rows) {
        const TypeAndState key{row.text(0), row.text(1)};
        counts[key] += row.integer(3);
        duties[key].insert(row.text(2));
    }
    for (const auto& [key, of] : duties) {
        if (of.size() == 1)
            continue;
        Sql each;
        each.add("SELECT COUNT(DISTINCT r.case_id) FROM case_review r WHERE ");
        addOpenReviews(each, reach);
        each.add(" AND r.case_type = ? AND r.case_state = ?", {key.first, key.second});
        auto count = counted(db, each);
        if (!count)
            return fail(count.error());
        counts[key] = *count;
    }
    return counts;
}

/// How many rows the queue has, whatever page is asked for.
Result<std::int64_t> totalOf(storage::Database& db, const QueueFilter& filter, const Reach& reach,
                             const std::string& number_index)
{
    Sql sql;
    if (filter.mine && !readsCase(filter)) {
        auto counts = waitingCounts(db, reach, filter);
        if (!counts)
            return fail(counts.error());
        std::int64_t total = 0;
        for (const auto& [key, count] : *counts)
            total += count;
        return total;
    }
    if (!filter.mine) {
        sql.add("SELECT COUNT(*) FROM (SELECT c.id FROM case_record c WHERE ");
        addOwnCases(sql, reach);
        addFilters(sql, filter, number_index, false);
        sql.add(" UNION ");
    }
    sql.add(filter.mine ? "SELECT COUNT(DISTINCT r.case_id) FROM case_review r"
                        : "SELECT r.case_id FROM case_review r");
    sql.add(readsCase(filter) ? " JOIN case_record c ON c.id = r.case_id WHERE " : " WHERE ");
    addOpenReviews(sql, reach);
    addFilters(sql, filter, number_index, true);
    if (!filter.mine)
        sql.add(") seen");
    return counted(db, sql);
}

/// Who else has one of these cases open, by case.
Result<std::map<std::string, std::string>> heldByOthers(storage::Database& db, const identity::Actor& actor,
                                                        const std::vector<QueueRow>& rows, Instant now)
{
    std::map<std::string, std::string> names;
    if (rows.empty())
        return names;
    storage::Params params{now.ms, actor.id};
    for (const QueueRow& row : rows)
        params.emplace_back(row.record.id);
    auto held =
        db.query("SELECT case_id, holder_name FROM case_hold WHERE until_at > ? AND holder_id <> ? AND "
                 "case_id IN (" +
                     marksFor(rows.size()) + ")",
                 params);
    if (!held)
        return fail(held.error());
    for (const storage::Row& row : *held)
        names[row.text(0)] = row.text(1);
    return names;
}

/// What may be decided in bulk from a state by somebody with this duty.
std::vector<BulkAction> bulkActions(const Definition& def, const std::string& state, const std::string& duty,
                                    const std::function<bool(const Condition&)>& holds)
{
    std::vector<BulkAction> actions;
    for (const Action& action : def.actions) {
        if (!action.bulk || std::ranges::count(action.from, state) == 0 ||
            (action.by != "reviewer" && action.by != duty) || (action.only_if && !holds(*action.only_if)))
            continue;
        BulkAction one{action.id, action.title, def.states.at(action.to).title, action.reason, {}};
        for (const EffectCall& effect : action.effects)
            if (effect.verb == "send_message")
                one.message = effect.args.value("template", "");
        actions.push_back(std::move(one));
    }
    return actions;
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
    const std::string number_index = filter.text.empty() ? "" : impl_->store.numberIndex(filter.text);
    storage::Database& db = *impl_->s.tenant.database;
    auto total = totalOf(db, filter, *reach, number_index);
    if (!total)
        return fail(total.error());
    queue.total = *total;
    const bool backwards = filter.before && !filter.after;
    const auto order = [](bool down, const std::string& of = {}) {
        const std::string way = down ? " DESC" : "";
        return " ORDER BY " + of + "waits_since" + way + ", " + of + "id" + way;
    };
    const std::string nearest = order(newestFirst(filter) != backwards);
    Sql chosen = (filter.mine ? waitingRows : seenRows)(filter, *reach, number_index, nearest);
    chosen.params.emplace_back(std::int64_t{filter.limit});
    chosen.params.emplace_back(std::int64_t{filter.offset});
    auto rows = db.query(std::string("SELECT ") + kListedColumns + ", p.waits_since FROM (SELECT * FROM (" +
                             chosen.text + ") near" + nearest +
                             " LIMIT ? OFFSET ?) p JOIN case_record c ON c.id = p.id" +
                             order(newestFirst(filter), "p."),
                         chosen.params);
    if (!rows)
        return fail(rows.error());
    for (const storage::Row& row : *rows) {
        Record record = listed(row);
        queue.rows.push_back({record,
                              record.subject_name,
                              record.subject_masked_id,
                              record.marks,
                              Instant{row.integer(kListedCount)},
                              {}});
    }
    auto holders = heldByOthers(db, actor, queue.rows, impl_->now());
    if (!holders)
        return fail(holders.error());
    for (QueueRow& row : queue.rows)
        if (const auto holder = holders->find(row.record.id); holder != holders->end())
            row.holder_name = holder->second;
    return queue;
}

Result<Engine::Impl::Queues> Engine::Impl::emptyQueues(const rules::Package& package,
                                                       const identity::Actor& actor)
{
    Queues queues;
    const auto holds = [this](const Condition& condition) { return isOn(condition.setting) == condition.is; };
    for (const auto& [type, raw] : package.cases) {
        auto def = definition(package, type);
        if (!def)
            return fail(def.error());
        for (const auto& [id, state] : (*def)->states)
            for (const identity::Role role : actor.roles)
                if (std::ranges::count(state.reviewers, identity::name(role)) > 0)
                    queues[{type, id}] = {type, id, (*def)->title + "：" + state.title, 0,
                                          bulkActions(**def, id, identity::name(role), holds)};
    }
    return queues;
}

namespace {

/// State → how many actions it is away from the beginning by the shortest way: the order in which a case comes by.
std::map<std::string, int> stepsOf(const Definition& def)
{
    std::map<std::string, int> steps{{def.initial, 0}};
    for (bool grew = true; grew;) {
        grew = false;
        for (const Action& action : def.actions)
            for (const std::string& from : action.from) {
                const auto known = steps.find(from);
                if (known == steps.end())
                    continue;
                const int step = known->second + 1;
                const auto [to, fresh] = steps.try_emplace(action.to, step);
                grew = grew || fresh || step < to->second;
                to->second = std::min(to->second, step);
            }
    }
    return steps;
}

} // namespace

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
    auto waiting = waitingCounts(*impl_->s.tenant.database, *reach, {});
    if (!waiting)
        return fail(waiting.error());
    for (const auto& [key, count] : *waiting)
        // A state that only an older package knows: its cases wait all the same.
        counts->try_emplace(key, QueueCount{key.first, key.second, key.first, 0}).first->second.count = count;
    std::vector<QueueCount> listed;
    for (const Json& id : (*package)->manifest["cases"]) {
        const auto type = id.get<std::string>();
        auto def = impl_->definition(**package, type);
        if (!def)
            return fail(def.error());
        const std::map<std::string, int> steps = stepsOf(**def);
        const auto first = static_cast<std::ptrdiff_t>(listed.size());
        for (auto& [key, count] : *counts)
            if (key.first == type && steps.contains(key.second))
                listed.push_back(std::move(count));
        std::erase_if(*counts, [&](const auto& one) {
            return one.first.first == type && steps.contains(one.first.second);
        });
        std::stable_sort(listed.begin() + first, listed.end(),
                         [&](const QueueCount& left, const QueueCount& right) {
                             return steps.at(left.state) < steps.at(right.state);
                         });
    }
    for (auto& [key, count] : *counts)
        listed.push_back(std::move(count));
    return listed;
}

} // namespace zikao::cases
