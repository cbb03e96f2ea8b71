#include "kernel/cases/engine.hpp"

#include <algorithm>
#include <mutex>

#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/log.hpp"
#include "kernel/cases/effects/effect.hpp"
#include "kernel/cases/facts.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/services.hpp"
#include "kernel/cases/store.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/storage/outbox.hpp"

namespace zikao::cases {

namespace {

constexpr const char* kRule = "kernel.engine";
using storage::Transaction;

bool isStaff(const identity::Actor& actor)
{
    return actor.kind == identity::ActorKind::staff;
}

Reason reason(const std::string& code, Json args = Json::object())
{
    return {code, std::move(args), kRule, {}};
}

std::string textOf(const Json& fields, const std::string& id)
{
    const auto found = fields.find(id);
    return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool endsAtOnce(Phase phase)
{
    return phase == Phase::returned || phase == Phase::rejected || phase == Phase::closed ||
           phase == Phase::draft;
}

std::vector<Reason> reasonsOf(const Json& decision)
{
    std::vector<Reason> all;
    for (const Json& one : decision.value("reasons", Json::array()))
        all.push_back({one.value("code", ""), one.value("args", Json::object()), one.value("rule", ""),
                       one.value("field", "")});
    return all;
}

/// Whether a repeated request asks for the same thing. Secrets count by their presence alone: a digest of a password
/// would be a way to guess it.
std::string digestOf(const Input& input)
{
    Json said{{"revision", input.revision}, {"reason", input.reason}, {"fields", input.fields}};
    return hex(sm3(dumpJson(said)));
}

} // namespace

struct Ground
{
    Stored stored;
    std::shared_ptr<const rules::Package> package;
    std::shared_ptr<const Definition> definition;
    [[nodiscard]] const State& state() const { return definition->states.at(stored.record.state); }
};

struct Engine::Impl
{
    explicit Impl(Services& given) : s(given), store(*given.tenant.database, *given.tenant.vault) {}

    Services& s;
    Store store;
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const Definition>> definitions;

    [[nodiscard]] Instant now() const { return s.tenant.clock.now(); }

    Result<std::shared_ptr<const Definition>> definition(const rules::Package& package,
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

    Result<Ground> ground(const std::string& id)
    {
        auto stored = store.load(id);
        if (!stored)
            return fail(stored.error());
        auto package = s.tenant.rules->byHash(stored->record.rules_hash);
        if (!package)
            return fail(package.error());
        auto def = definition(**package, stored->record.type);
        if (!def)
            return fail(def.error());
        return Ground{std::move(*stored), *package, *def};
    }

    static bool isSubject(const identity::Actor& actor, const Record& record)
    {
        const auto kind = record.visitor ? identity::ActorKind::visitor : identity::ActorKind::candidate;
        return actor.kind == kind && actor.id == record.subject_id;
    }

    Result<bool> isOver(const identity::Actor& actor, const std::string& office)
    {
        return s.catalog.within(office, actor.office_code);
    }

    Result<bool> maySee(const identity::Actor& actor, const Ground& g)
    {
        const Record& record = g.stored.record;
        if (isSubject(actor, record) || actor.kind == identity::ActorKind::system)
            return true;
        const bool decides = std::ranges::any_of(
            actor.roles, [](identity::Role role) { return isReviewer(identity::name(role)); });
        if (!isStaff(actor) || !decides || record.phase == Phase::draft)
            return false;
        if (!record.office_code.empty()) {
            auto over = isOver(actor, record.office_code);
            if (!over || *over)
                return over;
        }
        auto reviews = store.reviews(record.id);
        if (!reviews)
            return fail(reviews.error());
        for (const Review& review : *reviews) {
            auto over = isOver(actor, review.office_code);
            if (!over || *over)
                return over;
        }
        return false;
    }

    Result<Ground> seen(const identity::Actor& actor, const std::string& id)
    {
        auto g = ground(id);
        if (!g)
            return g;
        auto may = maySee(actor, *g);
        if (!may)
            return fail(may.error());
        if (!*may)
            return fail(ErrorCode::not_found, "no such case for this actor");
        return g;
    }

    /// The open reviews of the present state that this officer decides.
    Result<std::vector<std::string>> duties(const identity::Actor& actor, const Ground& g)
    {
        std::vector<std::string> mine;
        auto reviews = store.reviews(g.stored.record.id);
        if (!reviews)
            return fail(reviews.error());
        for (const Review& review : *reviews) {
            const auto role = roleNamed(review.reviewer);
            if (!review.decision.empty() || !isStaff(actor) || !role || !actor.has(*role) ||
                review.state != g.stored.record.state)
                continue;
            auto over = isOver(actor, review.office_code);
            if (!over)
                return fail(over.error());
            if (*over)
                mine.push_back(review.reviewer);
        }
        return mine;
    }

    Result<bool> offered(const identity::Actor& actor, const Ground& g, const Action& action)
    {
        if (std::ranges::count(action.from, g.stored.record.state) == 0)
            return false;
        if (action.limit > 0) {
            auto times = store.timesDone(g.stored.record.id, action.id);
            if (!times)
                return fail(times.error());
            if (*times >= action.limit)
                return false;
        }
        if (action.by == "candidate")
            return isSubject(actor, g.stored.record);
        if (action.by == "system")
            return actor.kind == identity::ActorKind::system;
        if (action.by == "reviewer")
            return duties(actor, g).transform([](const auto& mine) { return !mine.empty(); });
        const auto role = roleNamed(action.by);
        return isStaff(actor) && role && actor.has(*role);
    }

    Result<std::vector<Reason>> windowReasons(const Definition& def, const std::string& code)
    {
        std::vector<Reason> found;
        if (!def.needsSitting())
            return found;
        auto sitting = code.empty() ? s.exams.current() : s.exams.sitting(code);
        if (!sitting)
            return fail(sitting.error());
        if (!*sitting || (*sitting)->state != "published")
            found.push_back(reason("no_sitting"));
        else if (def.window == "sign_up" && now() < (*sitting)->signup_opens)
            found.push_back(reason("window_not_open", {{"opens", beijingText((*sitting)->signup_opens)}}));
        else if (def.window == "sign_up" && now() >= (*sitting)->signup_closes)
            found.push_back(reason("window_closed", {{"closes", beijingText((*sitting)->signup_closes)}}));
        return found;
    }

    std::string openKey(const Definition& def, const Record& record)
    {
        const bool frees = record.phase == Phase::rejected || record.phase == Phase::closed ||
                           (record.phase == Phase::completed && def.one_open != "sitting");
        if (def.one_open.empty() || frees)
            return {};
        return def.id + ":" + record.subject_id + (def.one_open == "sitting" ? ":" + record.sitting : "");
    }

    Result<std::vector<Reason>> beginReasons(const identity::Actor& actor, const rules::Package& package,
                                             const Definition& def, const std::string& sitting)
    {
        std::vector<Reason> found;
        for (const auto& [type, phase] : def.requires_phase) {
            std::vector<Phase> phases{*phaseNamed(phase)};
            if (phases[0] == Phase::approved)
                phases.push_back(Phase::completed);
            auto earlier = store.inPhase(actor.id, type, phases);
            if (!earlier)
                return fail(earlier.error());
            if (!*earlier)
                found.push_back(
                    reason("earlier_stage_open", {{"title", package.cases.at(type).value("title", "")}}));
        }
        auto window = windowReasons(def, sitting);
        if (!window)
            return window;
        found.insert(found.end(), window->begin(), window->end());
        return found;
    }

    Result<std::string> officeOf(const Definition& def, const std::string& field_id, const Json& fields)
    {
        const Field* field = def.field(field_id);
        const std::string value = textOf(fields, field_id);
        if (!field || value.empty())
            return std::string{};
        if (field->widget == "major") {
            auto major = s.catalog.major(value);
            if (!major)
                return fail(major.error());
            return *major ? (*major)->school_code : std::string{};
        }
        const Json& options = field->raw["options"];
        if (options.is_object()) {
            auto mapped = s.catalog.item(options.value("list", "") + ".office", value);
            if (!mapped)
                return fail(mapped.error());
            if (*mapped)
                return (*mapped)->parent;
        }
        return value;
    }

    static std::vector<std::string> edited(const Record& record, const std::vector<StoredReading>& readings)
    {
        std::vector<std::string> fields;
        for (const StoredReading& one : readings)
            if (one.reading.state == "done")
                for (const auto& [id, value] : one.reading.values.items())
                    if (record.fields.contains(id) && record.fields[id] != value)
                        fields.push_back(id);
        return fields;
    }

    Result<std::vector<Reason>> guardReasons(const Ground& g, const Action& action, const Json& facts)
    {
        if (action.guard.empty())
            return std::vector<Reason>{};
        auto answers = s.tenant.evaluator.run(*g.package, {{action.guard, facts}});
        if (!answers)
            return fail(answers.error());
        const Json& value = answers->front().value;
        if (value.value("allowed", false))
            return std::vector<Reason>{};
        auto reasons = reasonsOf(value);
        if (reasons.empty())
            return fail(ErrorCode::invalid_argument, action.guard + ": refused without a reason",
                        "rule_error");
        for (Reason& one : reasons)
            if (one.rule.empty())
                one.rule = action.guard;
        return reasons;
    }

    Result<void> enter(Transaction& tx, const Ground& g, const Record& after, Instant at)
    {
        std::vector<Review> reviews;
        for (const std::string& reviewer : g.definition->states.at(after.state).reviewers) {
            const auto field = g.definition->reviewer_offices.find(reviewer);
            std::string office = after.office_code;
            if (field != g.definition->reviewer_offices.end()) {
                auto named = officeOf(*g.definition, field->second, after.fields);
                if (!named)
                    return fail(named.error());
                office = *named;
            }
            reviews.push_back({after.state, reviewer, office, {}, at, std::nullopt});
        }
        if (reviews.empty())
            return store.closeReviews(tx, after.id);
        return store.openReviews(tx, after, reviews);
    }

    Result<void> describeSubject(const Ground& g, Record& after)
    {
        const std::string name = textOf(after.fields, "name"), number = textOf(after.fields, "id_number");
        if (!name.empty() && g.definition->field("id_number")) {
            after.subject_name = name;
            const auto parsed = identity::IdNumber::parse(number);
            after.subject_masked_id = parsed ? parsed->masked() : "";
            return ok();
        }
        if (after.visitor)
            return ok();
        auto person = s.identity.person(after.subject_id);
        if (!person)
            return person.error().code == ErrorCode::not_found ? ok() : Result<void>(fail(person.error()));
        after.subject_name = person->name;
        const auto parsed = identity::IdNumber::parse(person->id_number);
        after.subject_masked_id = parsed ? parsed->masked() : "";
        return ok();
    }

    Result<Outcome> perform(const identity::Actor& actor, Ground& g, const Action& action,
                            const Input& input);
    Result<View> view(const identity::Actor& actor, const Ground& g);
    Result<Ground> locked(const identity::Actor& actor, const std::string& id);
    /// Writes a change beside the actions. @errors `conflict` with `stale_revision`
    Result<void> write(const Ground& g, const Record& after,
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
};

Engine::Engine(Services& services) : impl_(std::make_unique<Impl>(services)) {}
Engine::~Engine() = default;

Result<View> Engine::begin(const identity::Actor& actor, const std::string& type, const std::string& sitting)
{
    Impl& im = *impl_;
    auto package = im.s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto def = im.definition(**package, type);
    if (!def)
        return fail(def.error());
    Record record;
    record.id = newId();
    record.type = type;
    record.subject_id = actor.id;
    record.visitor = actor.kind == identity::ActorKind::visitor;
    record.sitting = sitting;
    if ((*def)->needsSitting() && sitting.empty()) {
        auto current = im.s.exams.current();
        if (!current)
            return fail(current.error());
        if (*current)
            record.sitting = (*current)->code;
    }
    record.state = (*def)->initial;
    record.phase = (*def)->states.at(record.state).phase;
    record.rules_hash = (*package)->hash;
    record.rules_version = (*package)->version;
    record.created_at = record.changed_at = record.saved_at = im.now();
    const std::string key = im.openKey(**def, record);
    if (!key.empty()) {
        auto open = im.store.byOpenKey(key);
        if (!open)
            return fail(open.error());
        if (*open)
            return view(actor, (*open)->id);
    }
    auto reasons = im.beginReasons(actor, **package, **def, sitting);
    if (!reasons)
        return fail(reasons.error());
    if (!reasons->empty())
        return fail(ErrorCode::refused, "cannot be begun now", reasons->front().code);
    auto made =
        im.s.tenant.database->transaction([&](Transaction& tx) { return im.store.insert(tx, record, key); });
    if (!made && made.error().reason == "already_open") {
        auto open = im.store.byOpenKey(key); // another request of the same person was faster
        if (!open || !*open)
            return fail(made.error());
        return view(actor, (*open)->id);
    }
    if (!made)
        return fail(made.error());
    return view(actor, record.id);
}

Result<Decision> Engine::mayBegin(const identity::Actor& actor, const std::string& type,
                                  const std::string& sitting)
{
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto def = impl_->definition(**package, type);
    if (!def)
        return fail(def.error());
    auto reasons = impl_->beginReasons(actor, **package, **def, sitting);
    if (!reasons)
        return fail(reasons.error());
    return Decision{reasons->empty(), *reasons};
}

Result<View> Engine::Impl::view(const identity::Actor& actor, const Ground& g)
{
    View view;
    view.record = g.stored.record;
    view.definition = g.definition;
    view.editable = g.state().editable && isSubject(actor, view.record);
    view.texts = g.package->texts;
    for (const Action& action : g.definition->actions) {
        auto is = offered(actor, g, action);
        if (!is)
            return fail(is.error());
        if (!*is)
            continue;
        Offer offer{action.id, action.title, true, action.reason == "required", {}};
        if (!action.checks_fields && !action.guard.empty()) {
            Facts facts(s, store, *g.definition, g.stored.record);
            auto known = facts.fetch(action.facts);
            if (!known)
                return fail(known.error());
            auto reasons = guardReasons(g, action, *known);
            if (!reasons)
                return fail(reasons.error());
            offer.enabled = reasons->empty();
            offer.reasons = *reasons;
        }
        view.offers.push_back(std::move(offer));
    }
    auto history = store.history(view.record.id);
    auto reviews = store.reviews(view.record.id);
    auto deadlines = store.deadlines(view.record.id);
    auto readings = store.readings(view.record.id);
    if (!history || !reviews || !deadlines || !readings)
        return fail(ErrorCode::unavailable, "the case's rows cannot be read");
    view.history = *history;
    for (const Review& review : *reviews)
        if (review.state == view.record.state)
            view.reviews.push_back(review);
    for (const auto& one : *deadlines)
        view.deadlines.push_back(one.deadline);
    for (const StoredReading& one : *readings)
        view.readings.push_back(one.reading);
    view.edited = edited(view.record, *readings);
    return view;
}

Result<View> Engine::view(const identity::Actor& actor, const std::string& case_id)
{
    auto g = impl_->seen(actor, case_id);
    return g ? impl_->view(actor, *g) : Result<View>(fail(g.error()));
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
    return g;
}

Result<Record> Engine::saveDraft(const identity::Actor& actor, const std::string& case_id, const Input& input)
{
    auto g = impl_->locked(actor, case_id);
    if (!g)
        return fail(g.error());
    if (g->stored.record.revision != input.revision)
        return fail(ErrorCode::conflict, "stale", "stale_revision");
    if (auto fine = checkShapes(*g->definition, input.fields); !fine)
        return fail(fine.error());
    Record after = g->stored.record;
    after.fields = merged(after.fields, input.fields);
    ++after.revision;
    after.saved_at = impl_->now();
    auto done = impl_->write(*g, after, [](Transaction&) { return ok(); });
    return done ? Result<Record>(after) : fail(done.error());
}

Result<Outcome> Engine::Impl::perform(const identity::Actor& actor, Ground& g, const Action& action,
                                      const Input& input)
{
    Outcome outcome;
    outcome.texts = g.package->texts;
    outcome.record = g.stored.record;
    const auto refuse = [&](std::vector<Reason> reasons) {
        outcome.decision = {false, std::move(reasons)};
        return outcome;
    };
    Record record = g.stored.record; // what effects and rules see: fields of this request, state it leaves
    if (input.fields.is_object() && !input.fields.empty()) {
        if (!isSubject(actor, record) || !g.state().editable)
            return fail(ErrorCode::conflict, "not editable now", "case_locked");
        if (auto fine = checkShapes(*g.definition, input.fields); !fine)
            return fail(fine.error());
        record.fields = merged(record.fields, input.fields);
    }
    if (action.reason == "required" && input.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return refuse({reason("reason_required")});
    Facts facts(s, store, *g.definition, record);
    if (action.checks_fields) {
        auto window = windowReasons(*g.definition, record.sitting);
        if (!window)
            return fail(window.error());
        if (!window->empty())
            return refuse(*window);
        auto files = facts.files();
        auto sitting = facts.sitting();
        if (!files || !sitting)
            return fail(ErrorCode::unavailable, "files or sitting cannot be read");
        auto faults = checkFields({*g.definition, record.fields, input.secrets, record.visitor, *files,
                                   *sitting, s.tenant.clock.today(), s.catalog});
        if (!faults)
            return fail(faults.error());
        if (!faults->empty())
            return refuse(*faults);
    }
    auto known = facts.fetch(action.facts);
    if (!known)
        return fail(known.error());
    auto guard = guardReasons(g, action, *known);
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
            auto office = officeOf(*g.definition, g.definition->office_field, after.fields);
            if (!office)
                return fail(office.error());
            after.office_code = record.office_code = *office;
        }
        if (auto done = describeSubject(g, after); !done)
            return fail(done.error());
        auto readings = store.readings(after.id);
        if (!readings)
            return fail(readings.error());
        after.marks.clear();
        if (!edited(after, *readings).empty())
            after.marks.emplace_back("edited_after_reading");
        if (g.state().phase == Phase::returned)
            after.marks.emplace_back("resubmitted");
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
        deciding = *mine;
        if (!endsAtOnce(g.definition->states.at(action.to).phase))
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
        Record moving_record = after;
        effects::Moving moving{moving_record, {}};
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
        if (moves && after.state != before_state)
            if (auto entered = enter(tx, g, moving_record, at); !entered)
                return entered;
        if (cases::isOver(moving_record.phase))
            if (auto dropped = store.dropDeadlines(tx, after.id); !dropped)
                return dropped;
        NewEvent event{input.request_key,
                       digestOf(input),
                       action.id,
                       before_state,
                       moving_record.state,
                       input.reason,
                       dumpJson(toJson(Decision{true, {}})),
                       action.guard.empty() ? std::string{} : hex(sm3(dumpJson(*known))),
                       moving.opened_account};
        if (auto added = store.addEvent(tx, moving_record, actor, event, at); !added)
            return added;
        auto updated = store.update(tx, g.stored, moving_record, openKey(*g.definition, moving_record));
        if (!updated)
            return fail(updated.error());
        if (!*updated)
            return fail(ErrorCode::conflict, "the case moved on", "stale_revision");
        outcome.record = moving_record;
        opened = moving.opened_account;
        return audit::append(tx,
                             {actor.id, "case." + action.id, "case:" + after.id,
                              dumpJson({{"from", before_state}, {"to", moving_record.state}}),
                              actor.request_id},
                             at);
    });
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

Result<Outcome> Engine::perform(const identity::Actor& actor, const std::string& case_id,
                                const std::string& action_id, const Input& input)
{
    auto answered = impl_->store.answered(input.request_key);
    if (!answered)
        return fail(answered.error());
    if (*answered) {
        if ((*answered)->case_id != case_id || (*answered)->action != action_id ||
            (*answered)->actor_id != actor.id ||
            (actor.kind != identity::ActorKind::system && (*answered)->input_digest != digestOf(input)))
            return fail(ErrorCode::conflict, "the key was used for something else", "request_reused");
        auto g = impl_->ground(case_id);
        if (!g)
            return fail(g.error());
        return Outcome{{true, {}}, g->stored.record, (*answered)->opened_account, g->package->texts};
    }
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    const Action* action = g->definition->action(action_id);
    auto is = action ? impl_->offered(actor, *g, *action) : Result<bool>(false);
    if (!is)
        return fail(is.error());
    if (!*is)
        return fail(ErrorCode::conflict, "not offered", "action_not_offered");
    if (g->stored.record.revision != input.revision)
        return fail(ErrorCode::conflict, "stale", "stale_revision");
    return impl_->perform(actor, *g, *action, input);
}

Result<void> Engine::systemAction(const std::string& case_id, const std::string& action,
                                  const std::string& request_key)
{
    auto g = impl_->ground(case_id);
    if (!g)
        return fail(g.error());
    auto deadlines = impl_->store.deadlines(case_id);
    if (!deadlines)
        return fail(deadlines.error());
    for (const auto& one : *deadlines)
        if (one.deadline.action == action && one.deadline.due_at > impl_->now())
            return ok();
    Input input;
    input.revision = g->stored.record.revision;
    input.request_key = request_key;
    auto done = perform(identity::Actor::system("cases"), case_id, action, input);
    if (!done && done.error().reason == "action_not_offered") {
        log::info("system_action_dropped", {{"case", case_id}, {"action", action}});
        return ok();
    }
    if (!done)
        return fail(done.error());
    return done->decision.allowed
               ? ok()
               : Result<void>(fail(ErrorCode::refused, "refused", done->decision.reasons[0].code));
}

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

Result<std::vector<QueueCount>> Engine::queueCounts(const identity::Actor& actor)
{
    if (!isStaff(actor))
        return fail(ErrorCode::forbidden, "no officer");
    auto reach = reachOf(impl_->s, actor, true);
    if (!reach)
        return fail(reach.error());
    std::vector<QueueCount> counts;
    if (reach->condition.empty())
        return counts;
    auto rows = impl_->s.tenant.database->query("SELECT c.type, c.state, COUNT(*) FROM case_record c WHERE " +
                                                    reach->condition +
                                                    " GROUP BY c.type, c.state ORDER BY c.type, c.state",
                                                reach->params);
    auto package = impl_->s.tenant.rules->active();
    if (!rows || !package)
        return fail(!rows ? rows.error() : package.error());
    for (const storage::Row& row : *rows) {
        QueueCount count{row.text(0), row.text(1), row.text(0), row.integer(2)};
        if (auto def = impl_->definition(**package, count.type)) {
            count.title = (*def)->title;
            if (const auto state = (*def)->states.find(count.state); state != (*def)->states.end())
                count.title += "：" + state->second.title;
        }
        counts.push_back(std::move(count));
    }
    return counts;
}

Result<std::vector<Record>> Engine::ofSubject(const identity::Actor& actor)
{
    return impl_->store.ofSubject(actor.id);
}

Result<std::vector<Engine::Tile>> Engine::tiles(const identity::Actor& actor)
{
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto own = impl_->store.ofSubject(actor.id);
    if (!own)
        return fail(own.error());
    std::vector<Tile> tiles;
    for (const Json& id : (*package)->manifest["cases"]) {
        const auto type = id.get<std::string>();
        auto def = impl_->definition(**package, type);
        auto may = mayBegin(actor, type, "");
        if (!def || !may)
            return fail(!def ? def.error() : may.error());
        Tile tile{type, (*def)->title, may->allowed, may->reasons, {}, {}, {}};
        if ((*def)->needsSitting()) {
            auto sitting = impl_->s.exams.current();
            if (!sitting)
                return fail(sitting.error());
            if (*sitting) {
                tile.opens_at = (*sitting)->signup_opens;
                tile.closes_at = (*sitting)->signup_closes;
            }
        }
        for (const Record& record : *own)
            if (record.type == type && !cases::isOver(record.phase) && tile.open_case.empty())
                tile.open_case = record.id;
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

Result<std::vector<billing::Line>> Engine::quote(const identity::Actor& actor, const std::string& case_id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    for (const Action& action : g->definition->actions)
        for (const EffectCall& call : action.effects)
            if (call.verb == "charge") {
                Facts facts(impl_->s, impl_->store, *g->definition, g->stored.record);
                auto known = facts.fetch(action.facts);
                if (!known)
                    return fail(known.error());
                return effects::quote(impl_->s, *g->package, call.args.value("lines", ""), *known);
            }
    return fail(ErrorCode::not_found, "charges nothing");
}

Result<Decision> Engine::explain(const identity::Actor& actor, const std::string& case_id,
                                 const std::string& id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    const Action* action = g->definition->action(id);
    if (!action)
        return fail(ErrorCode::not_found, "no action");
    Facts facts(impl_->s, impl_->store, *g->definition, g->stored.record);
    auto known = facts.fetch(action->facts);
    if (!known)
        return fail(known.error());
    auto reasons = impl_->guardReasons(*g, *action, *known);
    if (!reasons)
        return fail(reasons.error());
    return Decision{reasons->empty(), *reasons};
}

Result<Attached> Engine::attach(const identity::Actor& actor, const std::string& case_id,
                                const std::string& field_id, const std::string& bytes,
                                const std::string& declared_type)
{
    Impl& im = *impl_;
    auto g = im.locked(actor, case_id);
    if (!g)
        return fail(g.error());
    const Field* field = g->definition->field(field_id);
    const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
    if (!widget || widget->kind != ValueKind::file)
        return fail(ErrorCode::not_found, "no such field for files");
    files::Acceptance acceptance;
    for (const Json& type : field->raw["accept"])
        acceptance.types.push_back(type.get<std::string>());
    acceptance.max_bytes = field->raw["max_bytes"].get<std::int64_t>();
    if (field->widget == "photo") {
        api::PhotoStandard standard;
        standard.types = acceptance.types;
        standard.max_bytes = acceptance.max_bytes;
        standard.width = field->raw.value("width", 0);
        standard.height = field->raw.value("height", 0);
        standard.face = field->raw.value("face", false);
        acceptance.standard = standard;
    }
    auto kept = im.s.files.store({case_id, field_id, actor.id, bytes, declared_type}, acceptance);
    if (!kept)
        return fail(kept.error());
    Record after = g->stored.record;
    ++after.revision;
    after.saved_at = im.now();
    const bool reads = field->widget == "id_card";
    auto done = im.write(*g, after, [&](Transaction& tx) -> Result<void> {
        if (!reads)
            return ok();
        if (auto put = im.store.putReading(tx, case_id, {{field_id, "reading"}, kept->id}, im.now()); !put)
            return put;
        auto posted = storage::post(
            tx, {"read_id_card", {{"case_id", case_id}, {"field", field_id}, {"file_id", kept->id}}},
            im.now());
        return posted ? ok() : Result<void>(fail(posted.error()));
    });
    if (!done)
        return fail(done.error());
    auto all = im.s.files.ofCase(case_id);
    if (!all)
        return fail(all.error());
    for (const files::File& file : *all)
        if (file.field == field_id && file.id != kept->id)
            if (auto gone = im.s.files.remove(file.id); !gone)
                return fail(gone.error());
    return Attached{*kept, reads ? "reading" : "", after.revision};
}

Result<std::int64_t> Engine::detach(const identity::Actor& actor, const std::string& case_id,
                                    const std::string& file_id)
{
    auto g = impl_->locked(actor, case_id);
    if (!g)
        return fail(g.error());
    auto found = file(actor, case_id, file_id);
    if (!found)
        return fail(found.error());
    Record after = g->stored.record;
    ++after.revision;
    if (auto done = impl_->write(*g, after, [](Transaction&) { return ok(); }); !done)
        return fail(done.error());
    if (auto gone = impl_->s.files.remove(file_id); !gone)
        return fail(gone.error());
    return after.revision;
}

Result<files::File> Engine::file(const identity::Actor& actor, const std::string& case_id,
                                 const std::string& file_id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    auto found = impl_->s.files.find(file_id);
    if (!found)
        return fail(found.error());
    if (!*found || (*found)->case_id != case_id || (*found)->state != "kept")
        return fail(ErrorCode::not_found, "no such file");
    return **found;
}

Result<void> Engine::startReading(const std::string& case_id, const std::string& field_id,
                                  const std::string& file_id)
{
    auto g = impl_->ground(case_id);
    if (!g)
        return fail(g.error());
    return impl_->write(*g, g->stored.record, [&](Transaction& tx) -> Result<void> {
        if (auto put = impl_->store.putReading(tx, case_id, {{field_id, "reading"}, file_id}, impl_->now());
            !put)
            return put;
        auto posted = storage::post(
            tx, {"read_id_card", {{"case_id", case_id}, {"field", field_id}, {"file_id", file_id}}},
            impl_->now());
        return posted ? ok() : Result<void>(fail(posted.error()));
    });
}

Result<void> Engine::finishReading(const std::string& case_id, const std::string& field_id,
                                   const std::string& file_id, const Result<api::IdCardReading>& reading)
{
    Impl& im = *impl_;
    auto g = im.ground(case_id);
    if (!g)
        return fail(g.error());
    auto readings = im.store.readings(case_id);
    if (!readings)
        return fail(readings.error());
    const Field* field = g->definition->field(field_id);
    const auto mine =
        std::ranges::find_if(*readings, [&](const auto& one) { return one.reading.field == field_id; });
    if (!field || mine == readings->end() || mine->file_id != file_id || mine->reading.state != "reading")
        return ok();
    StoredReading done = *mine;
    Record after = g->stored.record;
    if (!reading) {
        done.reading.state = "failed";
        done.reading.reason = reading.error().reason;
    } else {
        done.reading.state = "done";
        const std::map<std::string, std::string> said{{"name", reading->name},
                                                      {"sex", reading->sex},
                                                      {"ethnicity", reading->ethnicity},
                                                      {"birth_date", reading->birth_date},
                                                      {"id_number", reading->id_number}};
        for (const auto& [what, target] : field->raw["fills"].items()) {
            const std::string id = target.get<std::string>();
            const Field* into = g->definition->field(id);
            std::string value = said.contains(what) ? said.at(what) : "";
            if (into && into->widget == "choice" && into->raw["options"].is_object()) {
                auto items = im.s.catalog.list(into->raw["options"]["list"].get<std::string>());
                if (!items)
                    return fail(items.error());
                const auto item = std::ranges::find(*items, value, &catalog::CodeItem::name);
                value = item == items->end() ? "" : item->code;
            }
            if (value.empty())
                continue;
            done.reading.values[id] = value;
            if (g->state().editable && textOf(after.fields, id).empty())
                after.fields[id] = value;
        }
    }
    return im.write(*g, after,
                    [&](Transaction& tx) { return im.store.putReading(tx, case_id, done, im.now()); });
}

} // namespace zikao::cases
