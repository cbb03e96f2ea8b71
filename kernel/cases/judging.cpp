#include "kernel/cases/engine_impl.hpp"

#include <algorithm>

#include "kernel/cases/offices.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

constexpr const char* kRule = "kernel.engine";

std::vector<Reason> reasonsOf(const Json& decision)
{
    std::vector<Reason> all;
    for (const Json& one : decision.value("reasons", Json::array()))
        all.push_back({one.value("code", ""), one.value("args", Json::object()), one.value("rule", ""),
                       one.value("field", "")});
    return all;
}

} // namespace

Reason reason(const std::string& code, Json args)
{
    return {code, std::move(args), kRule, {}};
}

Result<std::shared_ptr<const Definition>> Engine::Impl::definition(const rules::Package& package,
                                                                   const std::string& type)
{
    const std::string key = package.hash + ":" + type;
    std::lock_guard lock(mutex);
    if (const auto known = definitions.find(key); known != definitions.end())
        return known->second;
    const auto raw = package.cases.find(type);
    if (raw == package.cases.end())
        return fail(ErrorCode::not_found, "no case type " + type);
    Parsed parsed = parseDefinition(type, raw->second, package);
    if (!parsed.definition)
        return fail(ErrorCode::corrupt, "the definition of " + type + " has faults");
    return definitions[key] = parsed.definition;
}

Result<Ground> Engine::Impl::ground(const std::string& id)
{
    auto stored = store.load(id);
    return stored ? groundOf(std::move(*stored)) : Result<Ground>(fail(stored.error()));
}

Result<Ground> Engine::Impl::groundOf(Stored stored)
{
    auto package = s.tenant.rules->byHash(stored.record.rules_hash);
    if (!package)
        return fail(package.error());
    auto def = definition(**package, stored.record.type);
    if (!def)
        return fail(def.error());
    return Ground{std::move(stored), *package, *def};
}

bool Engine::Impl::isOn(const std::string& setting) const
{
    const Json settings = s.tenant.profile.raw.value("settings", Json::object());
    return settings.value(setting, false);
}

Result<bool> Engine::Impl::gateNeeded(const identity::Actor& actor, const Ground& g)
{
    const State& state = g.state();
    if (!g.definition->gate || !state.editable || state.phase != Phase::draft ||
        !isSubject(actor, g.stored.record))
        return false;
    return store.acknowledged(g.stored.record.id, actor.session_id).transform([](bool read) {
        return !read;
    });
}

Result<void> Engine::Impl::preset(const Definition& def, Record& record, Facts& facts)
{
    const auto state = def.states.find(record.state);
    if (state == def.states.end() || !state->second.editable)
        return ok();
    Json fields = record.fields.is_object() ? record.fields : Json::object();
    if (auto laid = facts.preset(fields); !laid)
        return laid;
    record.fields = std::move(fields);
    return ok();
}

Result<std::vector<std::string>> Engine::Impl::openSittings(const Definition& def, const Record& record)
{
    std::vector<std::string> codes;
    if (!def.fieldOf("sitting"))
        return codes;
    if (def.needsSitting())
        return std::vector<std::string>{record.sitting};
    auto all = s.exams.sittings();
    if (!all)
        return fail(all.error());
    for (const exams::Sitting& sitting : *all)
        if (sitting.state == "published" && now() < sitting.signup_closes)
            codes.push_back(sitting.code);
    return codes;
}

std::string openKeyOf(const Definition& def, const Record& record)
{
    const bool frees =
        record.phase == Phase::rejected || record.phase == Phase::closed ||
        (record.phase == Phase::completed && def.one_open != "sitting" && def.one_open != "major");
    if (def.one_open.empty() || frees)
        return {};
    if (def.one_open == "major")
        return def.id + ":" + record.subject_id + ":" + textAt(record.fields, def.fieldOf("major")->id);
    return def.id + ":" + record.subject_id + (def.one_open == "sitting" ? ":" + record.sitting : "");
}

std::string Engine::Impl::openKey(const Definition& def, const Record& record)
{
    return openKeyOf(def, record);
}

std::vector<std::string> Engine::Impl::edited(const Record& record,
                                              const std::vector<StoredReading>& readings)
{
    std::vector<std::string> fields;
    for (const StoredReading& one : readings)
        if (one.reading.state == "done")
            for (const auto& [id, value] : one.reading.values.items())
                if (record.fields.contains(id) && record.fields[id] != value)
                    fields.push_back(id);
    return fields;
}

Result<std::vector<Reason>> Engine::Impl::guardReasons(const rules::Package& package,
                                                       const std::string& guard, const std::string& facts)
{
    if (guard.empty())
        return std::vector<Reason>{};
    auto answers = s.tenant.evaluator.run(package, {rules::Call::onText(guard, facts)});
    if (!answers)
        return fail(answers.error());
    const Json& value = answers->front().value;
    if (value.value("allowed", false))
        return std::vector<Reason>{};
    auto reasons = reasonsOf(value);
    if (reasons.empty())
        return fail(ErrorCode::invalid_argument, guard + ": refused without a reason", "rule_error");
    for (Reason& one : reasons)
        if (one.rule.empty())
            one.rule = guard;
    return reasons;
}

Result<std::string> Engine::Impl::reviewingOffice(const Definition& def, const std::string& reviewer,
                                                  const Record& of)
{
    const auto field = def.reviewer_offices.find(reviewer);
    return field == def.reviewer_offices.end() ? Result<std::string>(of.office_code)
                                               : officeOf(s.catalog, def, field->second, of.fields);
}

Result<void> Engine::Impl::enter(Transaction& tx, const Ground& g, const Record& after, Instant at)
{
    std::vector<Review> reviews;
    for (const std::string& reviewer : g.definition->states.at(after.state).reviewers) {
        auto office = reviewingOffice(*g.definition, reviewer, after);
        if (!office)
            return fail(office.error());
        reviews.push_back({after.state, reviewer, *office, {}, at, std::nullopt});
    }
    if (reviews.empty())
        return store.closeReviews(tx, after.id);
    return store.openReviews(tx, after, reviews);
}

Result<void> Engine::Impl::follow(Transaction& tx, const Ground& g, const Record& after, Instant at)
{
    bool moved = false;
    for (const std::string& reviewer : g.definition->states.at(after.state).reviewers) {
        auto office = reviewingOffice(*g.definition, reviewer, after);
        if (!office)
            return fail(office.error());
        auto anew = store.moveReview(tx, after.id, reviewer, *office);
        if (!anew)
            return fail(anew.error());
        moved = moved || *anew;
    }
    if (!moved)
        return ok();
    // It waits for all its duties since the same moment: the queue of an officer of several relies on it.
    if (auto anew = tx.execute("UPDATE case_review SET since = ? WHERE case_id = ?", {at.ms, after.id});
        !anew)
        return fail(anew.error());
    // Whoever had it open at the earlier office cannot decide it any more, and keeps nobody from it.
    auto freed = tx.execute("DELETE FROM case_hold WHERE case_id = ?", {after.id});
    return freed ? ok() : Result<void>(fail(freed.error()));
}

Result<void> Engine::Impl::describeSubject(const Ground& g, Record& after, Facts& facts)
{
    const std::string name = textAt(after.fields, "name"), number = textAt(after.fields, "id_number");
    if (!name.empty() && g.definition->field("id_number")) {
        after.subject_name = name;
        const auto parsed = identity::IdNumber::parse(number);
        after.subject_masked_id = parsed ? parsed->masked() : "";
        return ok();
    }
    auto person = facts.person();
    if (!person)
        return fail(person.error());
    if (!*person)
        return ok();
    after.subject_name = (*person)->name;
    const auto parsed = identity::IdNumber::parse((*person)->id_number);
    after.subject_masked_id = parsed ? parsed->masked() : "";
    return ok();
}

Result<void> Engine::Impl::write(const Ground& g, const Record& after,
                                 const std::function<Result<void>(Transaction&)>& more)
{
    const std::string key = openKey(*g.definition, after);
    return s.tenant.database->transaction([&](Transaction& tx) -> Result<void> {
        auto done = store.update(tx, g.stored, after, key);
        if (!done)
            return fail(done.error());
        if (!*done)
            return fail(ErrorCode::conflict, "the case moved on", "stale_revision");
        return more(tx);
    });
}

Result<Ground> Engine::Impl::locked(const identity::Actor& actor, const std::string& id)
{
    auto g = seen(actor, id);
    if (!g)
        return g;
    if (!isSubject(actor, g->stored.record))
        return fail(ErrorCode::not_found, "not the subject");
    if (!g->state().editable)
        return fail(ErrorCode::conflict, "not editable now", "case_locked");
    auto unread = gateNeeded(actor, *g);
    if (!unread)
        return fail(unread.error());
    if (*unread)
        return fail(ErrorCode::conflict, "the notice was not acknowledged", "notice_unread");
    return g;
}

} // namespace zikao::cases
