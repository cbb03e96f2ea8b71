// Cases that go to an outside authority as a file, and its answers: `exchanges` of a definition at work.
#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/cases/engine_impl.hpp"
#include "kernel/cases/sources.hpp"

namespace zikao::cases {

namespace {

const Exchange* find(const Definition& definition, const std::string& id)
{
    const auto found = std::ranges::find(definition.exchanges, id, &Exchange::id);
    return found == definition.exchanges.end() ? nullptr : &*found;
}

/// The event that brought a case into a state for the last time: an answer is for one round of reporting, and a case that
/// came back meanwhile is in another.
std::int64_t roundOf(const std::vector<Event>& history, const std::string& state)
{
    std::int64_t round = 0;
    for (const Event& event : history)
        if (event.to == state && event.from != state)
            round = std::max(round, event.seq);
    return round;
}

std::string keyOf(const std::string& case_id, std::int64_t round)
{
    return case_id + "-" + std::to_string(round);
}

} // namespace

Result<std::vector<ExchangeInfo>> Engine::exchanges(const identity::Actor& actor)
{
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto counts = queueCounts(actor);
    if (!counts)
        return fail(counts.error());
    std::vector<ExchangeInfo> all;
    for (const auto& [type, raw] : (*package)->cases) {
        auto definition = impl_->definition(**package, type);
        if (!definition)
            return fail(definition.error());
        for (const Exchange& one : (*definition)->exchanges) {
            const auto queue = std::ranges::find_if(*counts, [&, &id = type](const QueueCount& count) {
                return count.type == id && count.state == one.from;
            });
            // Whoever decides nothing in that state has nothing to hand over.
            if (queue != counts->end())
                all.push_back({type, one.id, one.title, (*definition)->title,
                               (*definition)->states.at(one.from).title, queue->count});
        }
    }
    return all;
}

Result<ExchangeExport> Engine::exchangeRows(const identity::Actor& actor, const std::string& type,
                                            const std::string& id, int limit, int offset)
{
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto definition = impl_->definition(**package, type);
    if (!definition)
        return fail(definition.error());
    const Exchange* exchange = find(**definition, id);
    if (!exchange)
        return fail(ErrorCode::not_found, "no exchange " + id);
    QueueFilter filter;
    filter.type = type;
    filter.state = exchange->from;
    filter.limit = limit;
    filter.offset = offset;
    auto waiting = queue(actor, filter);
    if (!waiting)
        return fail(waiting.error());
    ExchangeExport out;
    out.batch.exchange = id;
    out.batch.made_at = impl_->now();
    out.total = waiting->total;
    for (const QueueRow& row : waiting->rows) {
        auto g = impl_->seen(actor, row.record.id);
        if (!g)
            return fail(g.error());
        // By the case's own rules, which may be an older version's.
        const Exchange* own = find(*g->definition, id);
        auto history = impl_->store.history(row.record.id);
        if (!history)
            return fail(history.error());
        if (!own || g->stored.record.state != own->from)
            continue;
        Sources sources(impl_->s, impl_->store, *g->definition, g->stored.record, true);
        api::ExchangeRow made;
        made.key = keyOf(row.record.id, roundOf(*history, own->from));
        auto number = sources.text(own->number, "");
        if (!number)
            return fail(number.error());
        made.number = *number;
        for (const ExchangeColumn& column : own->columns) {
            auto value = sources.text(column.from, column.list);
            if (!value)
                return fail(value.error());
            made.values.emplace_back(column.id, *value);
        }
        if (!own->picture.empty()) {
            auto picture = sources.picture(own->picture);
            if (!picture)
                return fail(picture.error());
            if (*picture) {
                made.picture = "photos/" + made.key + ".jpg";
                out.pictures.push_back({made.picture, (*picture)->jpeg, (*picture)->sm3});
            }
        }
        out.batch.rows.push_back(std::move(made));
    }
    return out;
}

Result<ExchangeOutcome> Engine::exchangeAnswer(const identity::Actor& actor, const std::string& type,
                                               const std::string& id, const api::ExchangeAnswer& answer)
{
    ExchangeOutcome outcome;
    const auto refused = [&](const char* code, Json args = Json::object()) {
        outcome.decision = {false, {reason(code, std::move(args))}};
        return outcome;
    };
    const auto dash = answer.key.rfind('-');
    const std::string case_id = answer.key.substr(0, dash);
    constexpr std::size_t kLongestId = 40;
    if (dash == std::string::npos || case_id.empty() || case_id.size() > kLongestId)
        return refused("exchange_unknown");
    auto g = impl_->seen(actor, case_id);
    if (!g && g.error().code != ErrorCode::not_found)
        return fail(g.error());
    const Exchange* exchange = g ? find(*g->definition, id) : nullptr;
    if (!exchange || g->stored.record.type != type)
        return refused("exchange_unknown");
    const Record& record = g->stored.record;
    outcome.case_id = record.id;
    outcome.subject_name = record.subject_name;
    outcome.package = g->package;
    auto history = impl_->store.history(record.id);
    if (!history)
        return fail(history.error());
    if (answer.key != keyOf(record.id, roundOf(*history, exchange->from)))
        return refused("exchange_old_round");
    if (!answer.number.empty()) {
        auto number =
            Sources(impl_->s, impl_->store, *g->definition, record, true).text(exchange->number, "");
        if (!number)
            return fail(number.error());
        if (*number != answer.number)
            return refused("exchange_number_differs");
    }
    if (record.state != exchange->from)
        return refused("exchange_decided", {{"state", g->state().title}});
    const bool passes = answer.verdict == api::ExchangeVerdict::pass;
    Input input;
    input.revision = record.revision;
    // One round has one answer, whichever file brought it.
    input.request_key = "exchange-" + hex(sm3(answer.key)).substr(0, 40);
    input.reason = passes ? std::string{} : answer.reason;
    auto done = perform(actor, record.id, passes ? exchange->pass : exchange->fail, input);
    if (!done && !done.error().reason.empty() && done.error().code == ErrorCode::conflict) {
        const std::string why = done.error().reason;
        return refused(why.c_str());
    }
    if (!done)
        return fail(done.error());
    outcome.decision = done->decision;
    outcome.state_title = g->definition->states.at(done->record.state).title;
    return outcome;
}

} // namespace zikao::cases
