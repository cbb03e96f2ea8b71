#include "kernel/cases/definition_check.hpp"

#include <algorithm>

#include "kernel/cases/definition_reader.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

/// Whether a definition that may itself be faulty has a field of this id.
bool hasField(const Json& raw, const std::string& wanted)
{
    const auto tables = [](const Json& of, const char* key) {
        return of.is_object() && of.contains(key) && of[key].is_array() ? of[key] : Json::array();
    };
    for (const Json& page : tables(raw, "pages"))
        for (const Json& field : tables(page, "fields"))
            if (field.is_object() && field.value("id", Json()) == wanted)
                return true;
    return false;
}

class Checker
{
public:
    Checker(const Definition& definition, const rules::Package& package, Faults& faults)
        : def_(definition),
          package_(package),
          faults_(faults)
    {}

    void run()
    {
        checkHead();
        checkFields();
        checkStates();
        for (const Action& action : def_.actions)
            checkAction(action);
        checkGraph();
        checkPayment();
    }

private:
    void add(const std::string& path, const std::string& message) { faults_.add(path, message); }

    void needText(const std::string& path, const std::string& key)
    {
        if (!key.empty() && !package_.texts.contains(key))
            add(path, "there is no text " + key + " in texts/zh-CN.json");
    }
    void needRule(const std::string& path, const std::string& rule)
    {
        if (!rule.empty() && std::ranges::count(package_.rules, rule) == 0)
            add(path, "there is no rule " + rule);
    }
    const Field* needField(const std::string& path, const std::string& id)
    {
        const Field* found = def_.field(id);
        if (!found && !id.empty())
            add(path, "there is no field " + id);
        return found;
    }
    void needCase(const std::string& path, const std::string& id)
    {
        if (!id.empty() && !package_.cases.contains(id))
            add(path, "there is no case " + id);
    }

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

    /// "window.<name>", the name in small letters.
    static bool isWindow(const std::string& text)
    {
        return text.starts_with("window.") && text.size() > 7 &&
               std::ranges::all_of(text.substr(7), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
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

    void checkFields()
    {
        std::set<std::string> pages, fields;
        for (std::size_t p = 0; p < def_.pages.size(); ++p) {
            const Page& page = def_.pages[p];
            const std::string at = "pages[" + std::to_string(p + 1) + "]";
            if (!pages.insert(page.id).second)
                add(at + ".id", "a second page " + page.id);
            for (std::size_t i = 0; i < page.notices.size(); ++i)
                needText(at + ".notices[" + std::to_string(i + 1) + "]", page.notices[i]);
            for (std::size_t f = 0; f < page.fields.size(); ++f) {
                const std::string path = at + ".fields[" + std::to_string(f + 1) + "]";
                if (!fields.insert(page.fields[f].id).second)
                    add(path + ".id", "a second field " + page.fields[f].id);
                checkField(page.fields[f], path);
            }
            needStates(at + ".only_in", page.only_in);
            for (std::size_t i = 0; i < page.facts.size(); ++i)
                checkSource(page.facts[i].from, at + ".facts[" + std::to_string(i + 1) + "].from");
        }
    }

    void needStates(const std::string& path, const std::vector<std::string>& states)
    {
        for (const std::string& state : states)
            if (!def_.states.contains(state))
                add(path, "there is no state " + state);
    }

    /// "person.name", "person.more.major", "sitting.code" or "registration.portrait".
    void checkSource(const std::string& source, const std::string& path)
    {
        const auto dot = source.find('.');
        const std::string of = source.substr(0, dot);
        const std::string what = dot == std::string::npos ? "" : source.substr(dot + 1);
        if (of == "person" || of == "sitting") {
            if (!isSourceName(source))
                add(path, "a " + of + " has no " + what);
            return;
        }
        const auto other = package_.cases.find(of);
        if (other == package_.cases.end())
            add(path, "there is no case " + of);
        else if (!hasField(other->second, what))
            add(path, "the case " + of + " has no field " + what);
    }

    void checkField(const Field& field, const std::string& path)
    {
        needText(path + ".hint", field.hint);
        if (field.widget == "notice")
            needText(path + ".text", field.raw.value("text", ""));
        for (const char* key : {"parent_field", "major_field", "confirms", "phone_field"})
            if (field.raw.contains(key) && field.raw[key].is_string())
                checkPartner(field, key, path + "." + key);
        if (field.raw.contains("fills") && field.raw["fills"].is_object())
            for (const auto& [name, target] : field.raw["fills"].items())
                if (target.is_string())
                    needField(path + ".fills." + name, target.get<std::string>());
        if (field.raw.contains("special_from") && field.raw["special_from"].is_object())
            checkSpecial(field.raw["special_from"], path + ".special_from");
        if (field.visible_if)
            checkVisibility(field, path + ".visible_if.field");
        if (field.raw.contains("slot_text") && field.raw["slot_text"].is_string())
            needText(path + ".slot_text", field.raw["slot_text"].get<std::string>());
        needStates(path + ".fixed_in", field.fixed_in);
        for (const std::string& source : field.preset) {
            checkSource(source, path + ".preset");
            if (source == "person.id_number" || source == "person.phone")
                add(path + ".preset", source + " is shown masked and cannot be a value");
        }
    }

    void checkPartner(const Field& field, const std::string& key, const std::string& path)
    {
        const Field* partner = needField(path, field.raw[key].get<std::string>());
        if (!partner)
            return;
        if (partner->id == field.id)
            add(path, "a field cannot depend on itself");
        if (key == "confirms" && partner->widget != "secret")
            add(path, "only a secret is confirmed");
        if (key == "phone_field" && partner->widget != "phone")
            add(path, partner->id + " is not a phone");
        if (key == "major_field" && partner->widget != "major")
            add(path, partner->id + " is not a major");
        if (key == "parent_field" && partner->widget != "choice" && partner->widget != "region")
            add(path, partner->id + " is neither a choice nor a region");
    }

    void checkSpecial(const Json& from, const std::string& path)
    {
        const std::string id = from.value("case", ""), wanted = from.value("field", "");
        needCase(path + ".case", id);
        const auto other = package_.cases.find(id);
        if (other == package_.cases.end())
            return;
        if (!hasField(other->second, wanted))
            add(path + ".field", "the case " + id + " has no field " + wanted);
    }

    void checkVisibility(const Field& field, const std::string& path)
    {
        if (!needField(path, field.visible_if->field))
            return;
        const Field* at = &field;
        for (std::size_t step = 0; at && at->visible_if; ++step) {
            at = def_.field(at->visible_if->field);
            if (at == &field || step > 100) {
                add(path, "the fields' visibility goes round in a circle");
                return;
            }
        }
        const Field* on = def_.field(field.visible_if->field);
        const Widget* widget = widgetNamed(on->widget);
        if (widget && (widget->kind == ValueKind::file || widget->kind == ValueKind::secret ||
                       widget->kind == ValueKind::slots || widget->kind == ValueKind::none))
            add(path, "visibility follows a text, a choice or a tick");
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
        for (std::size_t i = 0; i < action.facts.size(); ++i)
            if (!factNames().contains(action.facts[i]) && !package_.cases.contains(action.facts[i]))
                add(path + ".facts[" + std::to_string(i + 1) + "]", "unknown fact " + action.facts[i]);
        for (std::size_t i = 0; i < action.effects.size(); ++i)
            checkEffect(action, action.effects[i], path + ".effects[" + std::to_string(i + 1) + "]");
    }

    void checkEffect(const Action& action, const EffectCall& call, const std::string& path)
    {
        const auto arg = [&](const char* key) {
            return call.args.contains(key) && call.args[key].is_string() ? call.args[key].get<std::string>()
                                                                         : std::string{};
        };
        if (call.verb == "charge")
            needRule(path + ".lines", arg("lines"));
        if (call.verb == "send_message")
            needText(path + ".template", arg("template"));
        if (call.verb == "assign_number")
            checkNumber(action, arg("prefix"), path);
        if (call.verb == "amend")
            checkAmendment(call.args, path);
        if (call.verb == "set_deadline")
            checkDeadline(arg("action"), arg("at"), call.args.contains("days"), path);
        if (call.verb == "grant_courses" && !def_.fieldOf("major"))
            add(path, "needs a field with the widget major");
        if (call.verb == "record_credit")
            for (const char* key : {"course", "score", "passed_on", "origin"})
                if (!arg(key).empty())
                    needField(path + "." + key, arg(key));
        if (call.verb == "merge_numbers")
            checkNumberRows(path + ".rows", arg("rows"));
        if (call.verb == "verify_degree")
            checkDegree(action, call.args, path);
        if (call.verb == "sign_up") {
            for (const char* widget : {"major", "course_slots"})
                if (!def_.fieldOf(widget))
                    add(path, "needs a field with the widget " + std::string(widget));
            for (const char* key : {"district", "site"})
                if (!arg(key).empty())
                    needField(path + "." + key, arg(key));
            if (!def_.needsSitting())
                add(path, "needs a sitting: window = \"sign_up\" or one_open = \"sitting\"");
        }
        if (call.verb == "open_account" || call.verb == "claim_account" || call.verb == "update_person")
            checkPerson(action, call, path);
    }

    void checkPerson(const Action& action, const EffectCall& call, const std::string& path)
    {
        // An update may be about what is kept alone.
        const bool whole = call.verb != "update_person" || !call.args.contains("keep");
        for (const char* id : {"name", "id_number", "phone"})
            if (whole && !def_.field(id))
                add(path, "needs a field " + std::string(id));
        const Json keep = call.args.value("keep", Json::array());
        for (std::size_t i = 0; keep.is_array() && i < keep.size(); ++i) {
            const std::string at = path + ".keep[" + std::to_string(i + 1) + "]";
            const Field* field = keep[i].is_string() ? needField(at, keep[i].get<std::string>()) : nullptr;
            const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
            if (widget && widget->kind != ValueKind::text)
                add(at, "only a text or a choice is kept");
        }
        if (call.verb == "update_person")
            return;
        if (def_.subject != "visitor")
            add(path, "needs subject = \"visitor\"");
        if (!def_.fieldOf("secret"))
            add(path, "needs a secret field for the password");
        if (!action.checks_fields)
            add(path, "needs checks_fields = true");
        // Without it one could take over anybody's record by name and number alone.
        if (call.verb == "claim_account" && !def_.fieldOf("phone_code"))
            add(path, "needs a phone_code field");
    }

    void checkNumber(const Action& action, const std::string& prefix, const std::string& path)
    {
        needRule(path + ".prefix", prefix);
        bool opened = false;
        for (const EffectCall& call : action.effects) {
            opened = opened || call.verb == "open_account";
            if (opened && call.verb == "assign_number")
                add(path, "stands after open_account, which writes the number down");
        }
    }

    void checkAmendment(const Json& args, const std::string& path)
    {
        const std::string id = args.value("case", Json()).is_string() ? args["case"].get<std::string>() : "";
        needCase(path + ".case", id);
        const auto other = package_.cases.find(id);
        if (other == package_.cases.end())
            return;
        if (id == def_.id)
            add(path + ".case", "a case does not amend itself");
        const Json& actions = other->second.value("actions", Json::object());
        const Json action = args.value("action", Json());
        const bool known = action.is_string() && actions.is_object() &&
                           actions.contains(action.get<std::string>()) &&
                           actions[action.get<std::string>()].value("by", "") == "system";
        if (!known)
            add(path + ".action", "the case " + id + " has no such action by the system");
        const Json& fields = args.value("fields", Json::object());
        if (!fields.is_object() || fields.empty()) {
            add(path + ".fields", "must name at least one field of the case " + id);
            return;
        }
        for (const auto& [target, from] : fields.items()) {
            if (!hasField(other->second, target))
                add(path + ".fields." + target, "the case " + id + " has no field " + target);
            if (from.is_string())
                needField(path + ".fields." + target, from.get<std::string>());
            else
                add(path + ".fields." + target, "must name a field");
        }
    }

    void checkNumberRows(const std::string& path, const std::string& id)
    {
        const Field* field = needField(path, id);
        if (!field)
            return;
        std::set<std::string> columns;
        for (const Json& column : field->raw.value("columns", Json::array()))
            columns.insert(column.is_object() ? column.value("id", "") : "");
        if (field->widget != "rows" || !columns.contains("number"))
            add(path, "is no rows field with a column number");
    }

    /// What an officer saw is told by fields of the case; nobody verifies a degree of their own.
    void checkDegree(const Action& action, const Json& args, const std::string& path)
    {
        if (action.by == "candidate" || action.by == "system")
            add(path, "only an officer verifies a degree");
        if (def_.subject != "candidate")
            add(path, "needs subject = \"candidate\"");
        const std::string basis =
            args.value("basis", Json()).is_string() ? args["basis"].get<std::string>() : "";
        if (basis != "papers" && basis != "expected")
            add(path + ".basis", "must be \"papers\" or \"expected\"");
        if (basis == "papers")
            for (const char* key : {"document", "number"})
                if (!args.contains(key))
                    add(path + "." + key, "is missing: a paper has a kind and a number");
        for (const auto& [key, id] : args.items()) {
            if (key == "basis" || !id.is_string())
                continue;
            const Field* field = needField(path + "." + key, id.get<std::string>());
            const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
            if (!widget)
                continue;
            if (widget->kind != (key == "scan" ? ValueKind::file : ValueKind::text))
                add(path + "." + key,
                    key == "scan" ? "must be a field for files" : "must be a field for text");
            if (key == "printed_on" && field->widget != "date")
                add(path + "." + key, "must be a date");
        }
    }

    void checkDeadline(const std::string& wanted, const std::string& at, bool has_days,
                       const std::string& path)
    {
        static const std::set<std::string> kMoments = {"sitting.signup_opens", "sitting.signup_closes",
                                                       "sitting.pay_until"};
        const Action* action = def_.action(wanted);
        if (!action)
            add(path + ".action", "there is no action " + wanted);
        else if (action->by != "system")
            add(path + ".action", wanted + " is not by the system");
        if (at.empty() == !has_days)
            add(path, "needs either at or days");
        if (at.empty())
            return;
        if (at.starts_with("window.")) {
            const auto dot = at.rfind('.');
            if (!isWindow(at.substr(0, dot)) || (!at.ends_with(".opens") && !at.ends_with(".closes")))
                add(path + ".at", "must be window.<name>.opens or window.<name>.closes");
        } else if (!at.starts_with("sitting."))
            needRule(path + ".at", at);
        else if (!kMoments.contains(at))
            add(path + ".at", "a sitting has no " + at.substr(8));
        else if (!def_.needsSitting())
            add(path + ".at", "this case has no sitting");
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

    const Definition& def_;
    const rules::Package& package_;
    Faults& faults_;
};

} // namespace

void checkReferences(const Definition& definition, const rules::Package& package, Faults& faults)
{
    Checker(definition, package, faults).run();
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
