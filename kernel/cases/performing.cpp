#include "kernel/cases/engine_impl.hpp"

#include <algorithm>
#include <utility>

#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/log.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/offices.hpp"
#include "kernel/cases/phone_codes.hpp"
#include "kernel/cases/treatments.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/identity/identity.hpp"
#include "plugins/api/control.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

bool endsAtOnce(Phase phase)
{
    return phase == Phase::returned || phase == Phase::rejected || phase == Phase::closed ||
           phase == Phase::draft;
}

/// Ids of the fields that hold something else.
std::vector<std::string> differing(const Json& before, const Json& after)
{
    std::vector<std::string> ids;
    for (const auto& [id, value] : after.items())
        if (!before.contains(id) || before[id] != value)
            ids.push_back(id);
    for (const auto& [id, value] : before.items())
        if (!after.contains(id))
            ids.push_back(id);
    return ids;
}

/// Why what is asked for missing courses does not hold.
Result<std::vector<Reason>> treatmentFaults(const Definition& definition, Facts& facts)
{
    const Field* field = definition.fieldOf("course_plan");
    if (!field)
        return std::vector<Reason>{};
    auto ledger = facts.ledger();
    if (!ledger)
        return fail(ledger.error());
    return *ledger ? treatmentReasons(*field, **ledger) : std::vector<Reason>{};
}

/// Whether a measured point of a picture is so near its limit that a person has to look.
bool isBorderline(const files::File& file)
{
    if (!file.inspection.is_object())
        return false;
    const Json checks = file.inspection.value("checks", Json::array());
    return std::ranges::any_of(checks,
                               [](const Json& check) { return check.value("verdict", "") == "borderline"; });
}

/// Whether something stands in a field that is empty as a rule.
bool isFlagged(const Record& record, const Page& page)
{
    return std::ranges::any_of(page.fields, [&](const Field& field) {
        return field.raw.value("flagged", false) && !record.fields.value(field.id, std::string()).empty();
    });
}

/// Whether a repeated request asks for the same thing. Secrets count by their presence alone: a digest of a password
/// would be a way to guess it.
std::string digestOf(const Input& input)
{
    Json said{{"revision", input.revision}, {"reason", input.reason}, {"fields", input.fields}};
    return hex(sm3(dumpJson(said)));
}

} // namespace

Result<PhoneCodes> Engine::Impl::phoneCodes(const identity::Actor& actor, const Ground& g,
                                            const Record& record, const Input& input)
{
    if (!g.definition->fieldOf("phone_code"))
        return PhoneCodes{};
    std::string proved;
    if (!record.visitor) {
        auto person = s.identity.person(record.subject_id);
        if (!person)
            return fail(person.error());
        proved = person->phone;
    }
    identity::Codes codes(s.tenant);
    return checkPhoneCodes(codes, *g.definition, record.fields, input.secrets, proved, actor, record.state);
}

Result<Outcome> Engine::Impl::perform(const identity::Actor& actor, Ground& g, const Action& action,
                                      const Input& input)
{
    Outcome outcome;
    outcome.package = g.package;
    outcome.record = g.stored.record;
    const auto refuse = [&](std::vector<Reason> reasons) {
        outcome.decision = {false, std::move(reasons)};
        return outcome;
    };
    Record record = g.stored.record; // what effects and rules see: fields of this request, state it leaves
    Facts facts(s, store, *g.definition, record);
    if (auto laid = preset(*g.definition, record, facts); !laid)
        return fail(laid.error());
    if (action.checks_fields && action.by == "candidate") {
        auto unread = gateNeeded(actor, g);
        if (!unread)
            return fail(unread.error());
        if (*unread)
            return fail(ErrorCode::conflict, "the notice was not acknowledged", "notice_unread");
    }
    std::vector<std::string> changed; ///< fields that this request fills anew
    if (input.fields.is_object() && !input.fields.empty()) {
        if (!isSubject(actor, record) || !g.state().editable)
            return fail(ErrorCode::conflict, "not editable now", "case_locked");
        if (auto fine = checkShapes(*g.definition, input.fields); !fine)
            return fail(fine.error());
        std::vector<Reason> fixed;
        for (const std::string& id : fixedOnes(*g.definition, record.state, record.fields, input.fields)) {
            fixed.push_back(reason("field_fixed", {{"label", g.definition->field(id)->label}}));
            fixed.back().field = id;
        }
        if (!fixed.empty())
            return refuse(std::move(fixed));
        const Json before = std::exchange(record.fields, merged(record.fields, input.fields));
        changed = differing(before, record.fields);
    }
    if (action.reason == "required" && input.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return refuse({reason("reason_required")});
    facts.tellChanged(changed);
    std::vector<std::string> codes; ///< one-time codes that this action uses up
    if (action.checks_fields) {
        // A named window is for handing in; what an office sends back later is answered in the deadline's time.
        const bool begins = g.definition->namedWindow().empty() || record.phase == Phase::draft;
        auto sitting = facts.sitting();
        if (!sitting)
            return fail(sitting.error());
        auto window = begins ? windowReasons(*g.definition, *sitting)
                             : Result<std::vector<Reason>>(std::vector<Reason>{});
        if (!window)
            return fail(window.error());
        if (!window->empty())
            return refuse(*window);
        // A draft may be older than the merge.
        auto merged_away = action.by == "candidate" && !record.visitor
                               ? mergedReasons(*g.definition, record.subject_id)
                               : Result<std::vector<Reason>>(std::vector<Reason>{});
        if (!merged_away)
            return fail(merged_away.error());
        if (!merged_away->empty())
            return refuse(*merged_away);
        auto files = facts.files();
        if (!files)
            return fail(files.error());
        bool has_degree = false;
        if (g.definition->fieldOf("previous_degree")) {
            auto degree = facts.degree();
            if (!degree)
                return fail(degree.error());
            has_degree = *degree && (*degree)->held;
        }
        auto open = openSittings(*g.definition, record);
        if (!open)
            return fail(open.error());
        auto faults =
            checkFields({*g.definition, record.fields, input.secrets, record.visitor, *files, *sitting,
                         s.tenant.clock.today(), s.catalog, record.state, *open, has_degree});
        if (!faults)
            return fail(faults.error());
        auto checked = phoneCodes(actor, g, record, input);
        if (!checked)
            return fail(checked.error());
        faults->insert(faults->end(), checked->faults.begin(), checked->faults.end());
        auto treated = treatmentFaults(*g.definition, facts);
        if (!treated)
            return fail(treated.error());
        faults->insert(faults->end(), treated->begin(), treated->end());
        if (!faults->empty())
            return refuse(*faults);
        codes = std::move(checked->right);
    }
    auto known = facts.table(action.facts);
    if (!known)
        return fail(known.error());
    auto guard = guardReasons(*g.package, action.guard, *known);
    if (!guard)
        return fail(guard.error());
    if (!guard->empty())
        return refuse(*guard);

    Record after = record;
    const Instant at = now();
    ++after.revision;
    after.changed_at = after.saved_at = at;
    if (action.by == "candidate") {
        if (!g.definition->office_field.empty()) {
            auto office = officeOf(s.catalog, *g.definition, g.definition->office_field, after.fields);
            if (!office)
                return fail(office.error());
            after.office_code = record.office_code = *office;
        }
        if (auto done = describeSubject(g, after, facts); !done)
            return fail(done.error());
        auto readings = store.readings(after.id);
        if (!readings)
            return fail(readings.error());
        after.marks.clear();
        if (!edited(after, *readings).empty())
            after.marks.emplace_back("edited_after_reading");
        if (g.state().phase == Phase::returned)
            after.marks.emplace_back("resubmitted");
        auto files = facts.files();
        if (!files)
            return fail(files.error());
        if (std::ranges::any_of(*files, isBorderline))
            after.marks.emplace_back("photo_borderline");
        if (std::ranges::any_of(g.definition->pages,
                                [&](const Page& page) { return isFlagged(after, page); }))
            after.marks.emplace_back("flagged_field");
    }
    std::vector<effects::Apply> applies;
    const auto refusable = [](const Error& error) {
        return !error.reason.empty() && error.reason != "lost_race" && error.reason != "stale_revision" &&
               error.reason != "duplicate" &&
               (error.code == ErrorCode::conflict || error.code == ErrorCode::invalid_argument ||
                error.code == ErrorCode::refused);
    };
    for (const EffectCall& call : action.effects) {
        auto apply = effects::effectFor(call.verb)({s, store, *g.definition, *g.package, action, record,
                                                    input, call.args, facts, *known, actor, at});
        if (!apply && refusable(apply.error()) && apply.error().reason != "rule_error")
            return refuse({reason(apply.error().reason)});
        if (!apply)
            return fail(apply.error());
        applies.push_back(std::move(*apply));
    }
    std::vector<std::string> deciding;
    bool moves = true;
    if (action.by == "reviewer") {
        auto mine = duties(actor, g);
        auto reviews = store.reviews(after.id);
        if (!mine || !reviews)
            return fail(ErrorCode::unavailable, "reviews cannot be read");
        // What leaves the case where it is decides nothing: filing a paper, a note.
        if (action.to != g.stored.record.state)
            deciding = *mine;
        if (!deciding.empty() && !endsAtOnce(g.definition->states.at(action.to).phase))
            moves = std::ranges::all_of(*reviews, [&](const Review& review) {
                return !review.decision.empty() || std::ranges::count(deciding, review.reviewer) > 0;
            });
    }
    const std::string before_state = record.state;
    if (moves) {
        after.state = action.to;
        after.phase = g.definition->states.at(action.to).phase;
    }
    std::string opened;
    const auto done = s.tenant.database->transaction([&](Transaction& tx) -> Result<void> {
        Stored mine = g.stored; // the act may run again
        auto claimed = store.claim(tx, mine);
        if (!claimed)
            return fail(claimed.error());
        if (!*claimed)
            return fail(ErrorCode::conflict, "the case moved on", "stale_revision");
        for (const std::string& code : codes)
            if (auto used = identity::Codes(s.tenant).use(tx, code); !used)
                return used;
        Record moving_record = after;
        effects::Moving moving{moving_record, {}, {}};
        if (moves)
            for (const effects::Apply& apply : applies)
                if (auto applied = apply(tx, moving); !applied)
                    return applied;
        for (const std::string& duty : deciding) {
            auto decided = store.decide(tx, after.id, duty, action.id, at);
            if (!decided)
                return fail(decided.error());
            if (!*decided)
                return fail(ErrorCode::conflict, "somebody decided", "stale_revision");
        }
        if (moves) {
            auto waits = after.state != before_state ? enter(tx, g, moving_record, at)
                                                     : follow(tx, g, moving_record, at);
            if (!waits)
                return waits;
        }
        // Decided: the next officer need not wait until the hold runs out.
        if (isStaff(actor))
            if (auto freed = tx.execute("DELETE FROM case_hold WHERE case_id = ? AND holder_id = ?",
                                        {after.id, actor.id});
                !freed)
                return fail(freed.error());
        if (cases::isOver(moving_record.phase))
            if (auto dropped = store.dropDeadlines(tx, after.id); !dropped)
                return dropped;
        Json decision = toJson(Decision{true, {}});
        if (!deciding.empty())
            decision["as"] = deciding;
        NewEvent event{input.request_key,
                       digestOf(input),
                       action.id,
                       before_state,
                       moving_record.state,
                       input.reason,
                       dumpJson(decision),
                       action.guard.empty() ? std::string{} : hex(sm3(*known)),
                       moving.opened_account};
        if (auto added = store.addEvent(tx, moving_record, actor, event, at); !added)
            return added;
        auto updated = store.update(tx, mine, moving_record, openKey(*g.definition, moving_record));
        if (!updated)
            return fail(updated.error());
        if (!*updated)
            return fail(ErrorCode::conflict, "the case moved on", "stale_revision");
        outcome.record = moving_record;
        opened = moving.opened_account;
        // Names of fields and digests, never values: the trail is no place for what people typed.
        Json trail = store.trail(g.stored.record, moving_record);
        if (g.stored.record.phase == Phase::approved)
            trail["changed"] = differing(g.stored.record.fields, after.fields);
        FP("cases.perform.before_commit");
        return audit::append(
            tx, {actor.id, "case." + action.id, "case:" + after.id, dumpJson(trail), actor.request_id}, at);
    });
    FP("cases.perform.after_commit");
    if (!done && refusable(done.error())) {
        outcome.record = g.stored.record;
        return refuse({reason(done.error().reason)});
    }
    if (!done)
        return fail(done.error());
    outcome.decision.allowed = true;
    outcome.opened_account = opened;
    return outcome;
}

Result<std::optional<Outcome>> Engine::Impl::repeated(const identity::Actor& actor,
                                                      const std::string& case_id,
                                                      const std::string& action_id, const Input& input)
{
    auto answered = store.answered(input.request_key);
    if (!answered)
        return fail(answered.error());
    if (!*answered)
        return std::optional<Outcome>{};
    if ((*answered)->case_id != case_id || (*answered)->action != action_id ||
        (*answered)->actor_id != actor.id ||
        (actor.kind != identity::ActorKind::system && (*answered)->input_digest != digestOf(input)))
        return fail(ErrorCode::conflict, "the key was used for something else", "request_reused");
    auto g = ground(case_id);
    if (!g)
        return fail(g.error());
    return std::optional(Outcome{{true, {}}, g->stored.record, (*answered)->opened_account, g->package});
}

Result<Outcome> Engine::Impl::performFirst(const identity::Actor& actor, const std::string& case_id,
                                           const std::string& action_id, const Input& input)
{
    auto g = seen(actor, case_id);
    if (!g)
        return fail(g.error());
    const Action* action = g->definition->action(action_id);
    auto is = action ? offered(actor, *g, *action) : Result<bool>(false);
    if (!is)
        return fail(is.error());
    if (!*is)
        return fail(ErrorCode::conflict, "not offered", "action_not_offered");
    if (input.bulk && !action->bulk)
        return fail(ErrorCode::conflict, "not in bulk", "action_not_bulk");
    if (CONTROL("revision") && g->stored.record.revision != input.revision)
        return fail(ErrorCode::conflict, "stale", "stale_revision");
    auto held = heldByAnother(actor, case_id);
    if (!held)
        return fail(held.error());
    if (*held)
        return fail(ErrorCode::conflict, "another officer holds the case", "case_held");
    if (isStaff(actor))
        if (auto whole = requireTrueHistory(*g); !whole)
            return fail(whole.error());
    return perform(actor, *g, *action, input);
}

Result<Outcome> Engine::perform(const identity::Actor& actor, const std::string& case_id,
                                const std::string& action_id, const Input& input)
{
    auto answered = impl_->repeated(actor, case_id, action_id, input);
    if (!answered)
        return fail(answered.error());
    if (*answered)
        return **answered;
    auto done = impl_->performFirst(actor, case_id, action_id, input);
    if (done && done->decision.allowed)
        return done;
    // The same click sent twice at once: whatever stood in the way of the slower one was the other's doing (C29).
    auto twin = impl_->repeated(actor, case_id, action_id, input);
    return twin && *twin ? Result<Outcome>(**twin) : done;
}

} // namespace zikao::cases
