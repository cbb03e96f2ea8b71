#include "kernel/cases/definition_check.hpp"

#include <algorithm>

#include "kernel/cases/reference_check.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

/// The head, the states and the actions between them.
class WayCheck : private ReferenceCheck
{
public:
    using ReferenceCheck::ReferenceCheck;

    void run()
    {
        checkHead();
        checkFields(def_, package_, faults_);
        checkStates();
        for (const Action& action : def_.actions)
            checkAction(action);
        checkGraph();
        checkPayment();
    }

private:
    void checkHead()
    {
        if (!def_.subject.empty() && def_.subject != "visitor" && def_.subject != "candidate")
            add("subject", "must be \"visitor\" or \"candidate\"");
        if (!def_.one_open.empty() && def_.one_open != "candidate" && def_.one_open != "sitting" &&
            def_.one_open != "major")
            add("one_open", "must be \"candidate\", \"sitting\" or \"major\"");
        if (def_.one_open == "major" && !def_.fieldOf("major"))
            add("one_open", "needs a field with the widget major");
        if (!def_.window.empty() && def_.window != "sign_up" && !isWindow(def_.window))
            add("window", "unknown window " + def_.window);
        for (std::size_t i = 0; i < def_.requires_phase.size(); ++i) {
            const std::string path = "requires[" + std::to_string(i + 1) + "]";
            const Definition::Stage& stage = def_.requires_phase[i];
            for (const std::string& earlier : stage.cases) {
                needCase(path + ".case", earlier);
                if (earlier == def_.id)
                    add(path + ".case", "a case cannot wait for itself");
            }
            if (!phaseNamed(stage.phase))
                add(path + ".phase", "unknown phase " + stage.phase);
        }
        checkBegin();
        if (def_.gate) {
            needText("gate.text", def_.gate->text);
            if (def_.one_open.empty())
                add("gate", "needs one_open: acknowledging again must find the case that was begun");
        }
        checkOfficeField("office_field", def_.office_field);
        for (const auto& [reviewer, field] : def_.reviewer_offices) {
            if (!isReviewer(reviewer))
                add("offices." + reviewer, "unknown reviewer " + reviewer);
            checkOfficeField("offices." + reviewer, field);
        }
    }

    void checkBegin()
    {
        if (!def_.begin)
            return;
        needRule("begin.guard", def_.begin->guard);
        if (def_.subject == "visitor" && std::ranges::count(def_.begin->facts, "person") > 0)
            add("begin.facts", "nothing is known of a visitor");
        for (std::size_t i = 0; i < def_.begin->facts.size(); ++i) {
            const std::string& fact = def_.begin->facts[i];
            const std::string path = "begin.facts[" + std::to_string(i + 1) + "]";
            if (isFactOfCase(fact))
                add(path, "there is no case yet that " + fact + " could be of");
            else if (!factNames().contains(fact) && !package_.cases.contains(fact))
                add(path, "unknown fact " + fact);
        }
    }

    void checkOfficeField(const std::string& path, const std::string& id)
    {
        if (id.empty())
            return;
        const Field* field = needField(path, id);
        if (field && field->widget != "choice" && field->widget != "region" && field->widget != "major")
            add(path, "an office comes from a choice, a region or a major");
        if (field && (!field->required || field->visible_if))
            add(path, "the field must always be filled");
    }

    void checkStates()
    {
        if (!def_.initial.empty() && !def_.states.contains(def_.initial))
            add("initial", "there is no state " + def_.initial);
        for (const auto& [id, state] : def_.states) {
            needText("states." + id + ".waits_for", state.waits_for);
            if (state.reviewers.empty())
                continue;
            if (def_.office_field.empty() && def_.reviewer_offices.empty())
                add("office_field", "is missing: nobody could review state " + id);
            const bool decidable = std::ranges::any_of(def_.actions, [&id = id](const Action& action) {
                return action.by == "reviewer" && std::ranges::count(action.from, id) > 0;
            });
            if (!decidable)
                add("states." + id + ".reviewers", "no action lets them decide");
        }
    }

    void checkAction(const Action& action)
    {
        const std::string path = "actions." + action.id;
        for (const std::string& from : action.from) {
            const auto state = def_.states.find(from);
            if (state == def_.states.end())
                add(path + ".from", "there is no state " + from);
            else if (action.by == "reviewer" && state->second.reviewers.empty())
                add(path + ".from", "state " + from + " has no reviewers");
        }
        const auto to = def_.states.find(action.to);
        if (!action.to.empty() && to == def_.states.end())
            add(path + ".to", "there is no state " + action.to);
        if (to != def_.states.end() && action.by != "candidate" && action.by != "system" &&
            (to->second.phase == Phase::returned || to->second.phase == Phase::rejected) &&
            action.reason != "required")
            add(path + ".reason", "a refusal needs reason = \"required\"");
        needRule(path + ".guard", action.guard);
        if (action.confirm) {
            needText(path + ".confirm.text", action.confirm->text);
            for (const std::string& id : action.confirm->fields)
                needField(path + ".confirm.fields", id);
        }
        if (action.after)
            needText(path + ".after.say", action.after->say);
        if (action.again)
            checkAgain(action, path + ".again");
        for (std::size_t i = 0; i < action.facts.size(); ++i)
            if (!factNames().contains(action.facts[i]) && !package_.cases.contains(action.facts[i]))
                add(path + ".facts[" + std::to_string(i + 1) + "]", "unknown fact " + action.facts[i]);
        checkEffects(def_, package_, action, faults_);
    }

    /// Only a deadline is asked again, and only a guard can say that its time has not come.
    void checkAgain(const Action& action, const std::string& path)
    {
        if (action.by != "system" || action.guard.empty())
            add(path, "is for what the system does with a guard");
        for (const std::string& code : action.again->on)
            needText(path + ".on", code);
    }

    void checkGraph()
    {
        std::set<std::string> reached = {def_.initial};
        for (bool grew = true; grew;) {
            grew = false;
            for (const Action& action : def_.actions)
                for (const std::string& from : action.from)
                    if (reached.contains(from) && def_.states.contains(action.to))
                        grew = reached.insert(action.to).second || grew;
        }
        for (const auto& [id, state] : def_.states) {
            if (!reached.contains(id))
                add("states." + id, "no action leads here");
            const bool leaves = std::ranges::any_of(def_.actions, [&id = id](const Action& action) {
                return action.to != id && std::ranges::count(action.from, id) > 0;
            });
            if (!leaves && !isOver(state.phase) && state.phase != Phase::approved)
                add("states." + id, "no action leads out, and its phase is not an end");
        }
        if (def_.states.contains(def_.initial) && def_.states.at(def_.initial).phase != Phase::draft)
            add("initial", "a case begins in a state of phase draft");
    }

    /// What comes back as news once an order was made must be known here, or the case would wait for ever.
    void checkPayment()
    {
        for (const Action& action : def_.actions)
            for (const EffectCall& call : action.effects) {
                if (call.verb != "charge")
                    continue;
                for (const char* news : {"paid", "order_expired"}) {
                    const Action* answer = def_.action(news);
                    if (!answer || answer->by != "system" || std::ranges::count(answer->from, action.to) == 0)
                        add("actions." + action.id, "charge needs an action \"" + std::string(news) +
                                                        "\" by the system from state " + action.to);
                }
            }
    }
};

} // namespace

void checkReferences(const Definition& definition, const rules::Package& package, Faults& faults)
{
    WayCheck(definition, package, faults).run();
    checkPrints(definition, package, faults);
    checkExchanges(definition, package, faults);
}

void checkLists(const Definition& definition, const std::set<std::string>& lists, Faults& faults)
{
    for (std::size_t p = 0; p < definition.pages.size(); ++p) {
        const std::vector<ShownFact>& facts = definition.pages[p].facts;
        for (std::size_t f = 0; f < facts.size(); ++f)
            if (!facts[f].list.empty() && facts[f].list != kMajorsList && !lists.contains(facts[f].list))
                faults.add("pages[" + std::to_string(p + 1) + "].facts[" + std::to_string(f + 1) + "].list",
                           "there is no code list " + facts[f].list);
        for (std::size_t f = 0; f < definition.pages[p].fields.size(); ++f) {
            const Json& raw = definition.pages[p].fields[f].raw;
            const auto options = raw.find("options");
            if (options == raw.end() || !options->is_object())
                continue;
            const std::string list = options->value("list", "");
            if (!lists.contains(list))
                faults.add("pages[" + std::to_string(p + 1) + "].fields[" + std::to_string(f + 1) +
                               "].options.list",
                           "there is no code list " + list);
        }
    }
}

} // namespace zikao::cases
