#include <algorithm>

#include "kernel/cases/reference_check.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

class EffectCheck : private ReferenceCheck
{
public:
    using ReferenceCheck::ReferenceCheck;

    void run(const Action& action)
    {
        for (std::size_t i = 0; i < action.effects.size(); ++i)
            checkEffect(action, action.effects[i],
                        "actions." + action.id + ".effects[" + std::to_string(i + 1) + "]");
    }

private:
    void checkEffect(const Action& action, const EffectCall& call, const std::string& path)
    {
        const auto arg = [&](const char* key) { return textAt(call.args, key); };
        if (call.verb == "charge") {
            needRule(path + ".lines", arg("lines"));
            checkMoment(arg("ends_by"), path + ".ends_by");
        }
        if (call.verb == "send_message")
            needText(path + ".template", arg("template"));
        if (call.verb == "assign_number")
            checkNumber(action, arg("prefix"), path);
        if (call.verb == "amend")
            checkAmendment(call.args, path);
        if (call.verb == "set_deadline")
            checkDeadline(call.args, arg("action"), arg("at"), path);
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

    static bool isReviewed(const Json& definition, const std::string& state)
    {
        const Json& states = definition.value("states", Json::object());
        return states.is_object() && states.contains(state) && states[state].contains("reviewers");
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
        else if (isReviewed(other->second, actions[action.get<std::string>()].value("to", "")))
            add(path + ".action",
                "leads the case " + id + " to where offices review, and none would be asked");
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

    void checkDeadline(const Json& args, const std::string& wanted, const std::string& at,
                       const std::string& path)
    {
        const Action* action = def_.action(wanted);
        if (!action)
            add(path + ".action", "there is no action " + wanted);
        else if (action->by != "system")
            add(path + ".action", wanted + " is not by the system");
        if (at.empty() != args.contains("days"))
            add(path, "needs either at or days");
        checkMoment(at, path + ".at");
        const Json remind = args.value("remind", Json::object());
        if (remind.is_object() && remind.contains("template") && remind["template"].is_string())
            needText(path + ".remind.template", remind["template"].get<std::string>());
    }

    /// "sitting.pay_until", "window.<name>.closes", or a rule; empty: none is asked for.
    void checkMoment(const std::string& at, const std::string& path)
    {
        static const std::set<std::string> kMoments = {"sitting.signup_opens", "sitting.signup_closes",
                                                       "sitting.pay_until"};
        if (at.starts_with("window.")) {
            const auto dot = at.rfind('.');
            if (!isWindow(at.substr(0, dot)) || (!at.ends_with(".opens") && !at.ends_with(".closes")))
                add(path, "must be window.<name>.opens or window.<name>.closes");
        } else if (!at.starts_with("sitting.")) {
            needRule(path, at);
        } else if (!kMoments.contains(at)) {
            add(path, "a sitting has no " + at.substr(8));
        } else if (!def_.needsSitting()) {
            add(path, "this case has no sitting");
        }
    }
};

} // namespace

void checkEffects(const Definition& definition, const rules::Package& package, const Action& action,
                  Faults& faults)
{
    EffectCheck(definition, package, faults).run(action);
}

} // namespace zikao::cases
