// Whether somebody may begin a case now: the province's word, earlier stages, windows and sittings.
#include "kernel/cases/engine_impl.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/exams/records.hpp"
#include "kernel/exams/windows.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases {

Result<std::optional<exams::Sitting>> Engine::Impl::sittingFor(const Definition& def, const std::string& code)
{
    if (!def.needsSitting())
        return std::optional<exams::Sitting>{};
    return code.empty() ? s.exams.current() : s.exams.sitting(code);
}

Result<std::vector<Reason>> Engine::Impl::windowReasons(const Definition& def,
                                                        const std::optional<exams::Sitting>& sitting)
{
    std::vector<Reason> found;
    if (const std::string name = def.namedWindow(); !name.empty()) {
        auto window = exams::Windows(s.tenant).find(name);
        if (!window)
            return fail(window.error());
        if (!*window)
            found.push_back(reason("no_window"));
        else if (now() < (*window)->opens)
            found.push_back(reason("window_not_open", {{"opens", beijingText((*window)->opens)}}));
        else if (now() >= (*window)->closes)
            found.push_back(reason("window_closed", {{"closes", beijingText((*window)->closes)}}));
    }
    if (!def.needsSitting())
        return found;
    if (!sitting || sitting->state != "published")
        found.push_back(reason("no_sitting"));
    else if (def.window == "sign_up" && now() < sitting->signup_opens)
        found.push_back(reason("window_not_open", {{"opens", beijingText(sitting->signup_opens)}}));
    else if (def.window == "sign_up" && now() >= sitting->signup_closes)
        found.push_back(reason("window_closed", {{"closes", beijingText(sitting->signup_closes)}}));
    return found;
}

Result<std::vector<Reason>> Engine::Impl::beginGuard(const identity::Actor& actor,
                                                     const rules::Package& package, const Definition& def,
                                                     const std::optional<exams::Sitting>& sitting)
{
    if (!def.begin)
        return std::vector<Reason>{};
    Record none; // what the facts are about: the person and the sitting
    none.type = def.id;
    none.subject_id = actor.id;
    none.visitor = actor.kind == identity::ActorKind::visitor;
    none.sitting = sitting ? sitting->code : "";
    none.state = def.initial;
    auto known = Facts(s, store, def, none).table(def.begin->facts);
    if (!known)
        return fail(known.error());
    return guardReasons(package, def.begin->guard, *known);
}

Result<std::vector<Reason>> Engine::Impl::mergedReasons(const Definition& def, const std::string& subject_id)
{
    std::vector<Reason> found;
    if (!def.fieldOf("course_plan"))
        return found;
    auto person = s.identity.person(subject_id);
    if (!person)
        return fail(person.error());
    auto merged = exams::Records(s.tenant).mergedAway(person->admission_number);
    if (!merged)
        return fail(merged.error());
    if (*merged)
        found.push_back(reason("number_merged", {{"number", person->admission_number}}));
    return found;
}

Result<std::vector<Reason>> Engine::Impl::beginReasons(const identity::Actor& actor,
                                                       const rules::Package& package, const Definition& def,
                                                       const std::optional<exams::Sitting>& sitting)
{
    auto refused = beginGuard(actor, package, def, sitting);
    if (!refused || !refused->empty())
        return refused; // whoever is sent elsewhere need not hear of stages and windows here
    std::vector<Reason> found;
    for (const Definition::Stage& stage : def.requires_phase) {
        std::vector<Phase> phases{*phaseNamed(stage.phase)};
        if (phases[0] == Phase::approved)
            phases.push_back(Phase::completed);
        bool there = false;
        std::string titles;
        for (const std::string& type : stage.cases) {
            auto earlier = store.inPhase(actor.id, type, phases);
            if (!earlier)
                return fail(earlier.error());
            there = there || earlier->has_value();
            titles += (titles.empty() ? "" : "、") + package.cases.at(type).value("title", std::string());
        }
        if (!there)
            found.push_back(reason("earlier_stage_open", {{"title", titles}}));
    }
    if (actor.kind == identity::ActorKind::candidate) {
        auto merged = mergedReasons(def, actor.id);
        if (!merged)
            return merged;
        found.insert(found.end(), merged->begin(), merged->end());
    }
    auto window = windowReasons(def, sitting);
    if (!window)
        return window;
    found.insert(found.end(), window->begin(), window->end());
    return found;
}

} // namespace zikao::cases
