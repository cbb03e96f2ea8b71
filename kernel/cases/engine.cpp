#include "kernel/cases/engine_impl.hpp"

#include "kernel/base/id.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/exams/windows.hpp"
#include "plugins/api/control.hpp"

namespace zikao::cases {

using storage::Transaction;

namespace {

/// Visitors begin what opens an account on the way; everything else belongs to a candidate. Staff begin nothing.
bool mayBeSubject(const identity::Actor& actor, const Definition& def)
{
    return actor.kind == identity::ActorKind::candidate ||
           (actor.kind == identity::ActorKind::visitor && def.subject == "visitor");
}

} // namespace

Engine::Engine(Services& services) : impl_(std::make_unique<Impl>(services)) {}
Engine::~Engine() = default;

Result<View> Engine::begin(const identity::Actor& actor, const std::string& type, const std::string& sitting,
                           bool acknowledged)
{
    Impl& im = *impl_;
    auto package = im.s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto def = im.definition(**package, type);
    if (!def)
        return fail(def.error());
    if (!mayBeSubject(actor, **def))
        return fail(ErrorCode::forbidden, "this actor begins no case of this type");
    Record record;
    record.id = newId();
    record.type = type;
    record.subject_id = actor.id;
    record.visitor = actor.kind == identity::ActorKind::visitor;
    record.sitting = sitting;
    const auto of = im.sittingFor(**def, sitting);
    if (!of)
        return fail(of.error());
    if (sitting.empty() && *of)
        record.sitting = (*of)->code;
    record.revision = 1;
    record.state = (*def)->initial;
    record.phase = (*def)->states.at(record.state).phase;
    record.rules_hash = (*package)->hash;
    record.rules_version = (*package)->version;
    record.created_at = record.changed_at = record.saved_at = im.now();
    const std::string key = im.openKey(**def, record);
    const bool notes = (*def)->gate.has_value() && acknowledged;
    const auto noteFor = [&](const std::string& id) {
        return im.s.tenant.database->transaction([&](Transaction& tx) {
            return im.store.acknowledge(tx, id, actor.session_id, record.created_at);
        });
    };
    if (!key.empty()) {
        auto open = im.store.byOpenKey(key);
        if (!open)
            return fail(open.error());
        if (*open) {
            if (notes)
                if (auto noted = noteFor((*open)->id); !noted)
                    return fail(noted.error());
            return view(actor, (*open)->id);
        }
    }
    auto reasons = im.beginReasons(actor, **package, **def, *of);
    if (!reasons)
        return fail(reasons.error());
    if (!reasons->empty())
        return fail(ErrorCode::refused, "cannot be begun now", reasons->front().code);
    if ((*def)->gate && !acknowledged)
        return fail(ErrorCode::refused, "the notice was not acknowledged", "notice_unread");
    auto made = im.s.tenant.database->transaction([&](Transaction& tx) -> Result<void> {
        if (auto inserted = im.store.insert(tx, record, key); !inserted || !notes)
            return inserted;
        return im.store.acknowledge(tx, record.id, actor.session_id, record.created_at);
    });
    if (!made && made.error().reason == "already_open") {
        auto open = im.store.byOpenKey(key); // another request of the same person was faster
        if (!open || !*open)
            return fail(made.error());
        if (notes)
            if (auto noted = noteFor((*open)->id); !noted)
                return fail(noted.error());
        return view(actor, (*open)->id);
    }
    if (!made)
        return fail(made.error());
    return view(actor, record);
}

Result<Decision> Engine::mayBegin(const identity::Actor& actor, const std::string& type,
                                  const std::string& sitting, bool acknowledged)
{
    auto package = impl_->s.tenant.rules->active();
    if (!package)
        return fail(package.error());
    auto def = impl_->definition(**package, type);
    if (!def)
        return fail(def.error());
    const auto of = impl_->sittingFor(**def, sitting);
    if (!of)
        return fail(of.error());
    auto reasons = impl_->beginReasons(actor, **package, **def, *of);
    if (!reasons)
        return fail(reasons.error());
    // Nobody reads a notice to the end to be told then that there is nothing to fill in.
    if (reasons->empty() && (*def)->gate && !acknowledged)
        reasons->push_back(reason("notice_unread", {{"title", (*def)->gate->title}}));
    return Decision{reasons->empty(), *reasons};
}

Result<View> Engine::view(const identity::Actor& actor, const std::string& case_id)
{
    auto g = impl_->seen(actor, case_id);
    return g ? impl_->view(actor, *g) : Result<View>(fail(g.error()));
}

Result<View> Engine::view(const identity::Actor& actor, const Record& record)
{
    auto g = impl_->groundOf({record, 0});
    if (!g)
        return fail(g.error());
    auto may = impl_->maySee(actor, *g);
    if (!may)
        return fail(may.error());
    if (!*may)
        return fail(ErrorCode::not_found, "no such case for this actor");
    return impl_->view(actor, *g);
}

Result<Record> Engine::saveDraft(const identity::Actor& actor, const std::string& case_id, const Input& input)
{
    auto g = impl_->locked(actor, case_id);
    if (!g)
        return fail(g.error());
    if (CONTROL("revision") && g->stored.record.revision != input.revision)
        return fail(ErrorCode::conflict, "stale", "stale_revision");
    if (const Phase phase = g->stored.record.phase; phase == Phase::approved || phase == Phase::in_review)
        return fail(ErrorCode::conflict, "what an office reads is changed by actions", "case_locked");
    if (auto fine = checkShapes(*g->definition, input.fields); !fine)
        return fail(fine.error());
    Record given = g->stored.record;
    Facts facts(impl_->s, impl_->store, *g->definition, given);
    if (auto laid = impl_->preset(*g->definition, given, facts); !laid)
        return fail(laid.error());
    if (!fixedOnes(*g->definition, given.state, given.fields, input.fields).empty())
        return fail(ErrorCode::conflict, "a field that cannot be changed", "field_fixed");
    Record after = g->stored.record;
    after.fields = merged(after.fields, input.fields);
    ++after.revision;
    after.saved_at = impl_->now();
    auto done = impl_->write(*g, after, [](Transaction&) { return ok(); });
    return done ? Result<Record>(after) : fail(done.error());
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
        auto may = mayBegin(actor, type, "", true);
        if (!def || !may)
            return fail(!def ? def.error() : may.error());
        Tile tile{type, (*def)->title, may->allowed, may->reasons, {}, {}, {}};
        Record fresh{.type = type, .subject_id = actor.id};
        if ((*def)->needsSitting()) {
            auto sitting = impl_->s.exams.current();
            if (!sitting)
                return fail(sitting.error());
            if (*sitting) {
                tile.opens_at = (*sitting)->signup_opens;
                tile.closes_at = (*sitting)->signup_closes;
                tile.of_sitting = true;
                fresh.sitting = (*sitting)->code;
            }
        }
        if (const std::string name = (*def)->namedWindow(); !name.empty()) {
            auto window = exams::Windows(impl_->s.tenant).find(name);
            if (!window)
                return fail(window.error());
            if (*window) {
                tile.opens_at = (*window)->opens;
                tile.closes_at = (*window)->closes;
                tile.of_sitting = false;
            }
        }
        // A paid sign-up is over and still the only one of its sitting.
        const std::string key = openKeyOf(**def, fresh);
        for (const Record& record : *own) {
            if (record.type != type)
                continue;
            const bool leads_there =
                !cases::isOver(record.phase) || (!key.empty() && openKeyOf(**def, record) == key);
            if (leads_there && tile.open_case.empty())
                tile.open_case = record.id;
            tile.had |= (*def)->one_open == "major" && record.phase == Phase::completed;
        }
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

} // namespace zikao::cases
