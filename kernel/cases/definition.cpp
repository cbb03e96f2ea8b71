#include "kernel/cases/definition.hpp"

#include <algorithm>
#include <set>

#include "kernel/cases/definition_check.hpp"
#include "kernel/cases/definition_reader.hpp"
#include "kernel/cases/vocabulary.hpp"
#include "kernel/cases/widget_keys.hpp"
#include "plugins/api/date.hpp"

namespace zikao::cases {

namespace {

constexpr std::int64_t kMostDays = 3'660; ///< ten years

Field readField(const Node& node)
{
    Field field;
    field.id = node.text("id");
    field.widget = node.text("widget");
    field.label = node.text("label");
    field.hint = node.textOr("hint", "");
    field.required = node.flag("required", true);
    const Widget* widget = widgetNamed(field.widget);
    if (!widget) {
        if (!field.widget.empty())
            node.fault("widget", "unknown widget " + field.widget);
        return field;
    }
    std::vector<std::string_view> keys = {"id",       "widget",     "label",  "hint",
                                          "required", "visible_if", "preset", "fixed_in"};
    keys.insert(keys.end(), widget->keys.begin(), widget->keys.end());
    node.allow(keys);
    for (const std::string_view key : widget->required)
        if (!node.has(key))
            node.fault(key, "is missing");
    checkWidgetKeys(node);
    if (node.has("visible_if")) {
        const Node table = node.table("visible_if");
        table.allow({"field", "is_any"});
        field.visible_if = Visibility{table.text("field"), table.texts("is_any")};
        if (field.visible_if->is_any.empty())
            table.fault("is_any", "is empty: the field would never be seen");
    }
    field.preset = node.texts("preset");
    field.fixed_in = node.texts("fixed_in");
    const bool presettable =
        widget->kind == ValueKind::text && field.widget != "id_number" && field.widget != "phone";
    if (!field.preset.empty() && !presettable)
        node.fault("preset", "only texts and choices that may be shown openly are preset");
    field.raw = node.json();
    field.raw["hint"] = field.hint;
    field.raw["required"] = field.required;
    if (field.widget == "photo" && !field.raw.contains("camera"))
        field.raw["camera"] = false;
    return field;
}

Page readPage(const Node& node)
{
    node.allow({"id", "title", "notices", "fields", "facts", "only_in"});
    Page page{node.text("id"), node.text("title"), node.texts("notices"), {}, {}, node.texts("only_in")};
    for (const Node& field : node.list("fields"))
        page.fields.push_back(readField(field));
    for (const Node& fact : node.list("facts")) {
        fact.allow({"id", "label", "from", "list"});
        page.facts.push_back(
            {fact.text("id"), fact.text("label"), fact.text("from"), fact.textOr("list", "")});
    }
    return page;
}

State readState(const std::string& id, const Node& node)
{
    node.allow({"title", "phase", "editable", "reviewers", "waits_for"});
    State state;
    state.id = id;
    state.title = node.text("title");
    const std::string phase = node.text("phase");
    if (const auto known = phaseNamed(phase))
        state.phase = *known;
    else if (!phase.empty())
        node.fault("phase", "unknown phase " + phase);
    state.editable = node.flag("editable", false);
    state.waits_for = node.textOr("waits_for", "");
    const bool wrapped = node.json().contains("reviewers") && node.json()["reviewers"].is_object() &&
                         !node.json()["reviewers"].empty();
    if (wrapped) {
        const Node table = node.table("reviewers");
        table.allow({"all_of"});
        state.reviewers = table.texts("all_of");
    } else {
        state.reviewers = node.texts("reviewers");
    }
    for (const std::string& reviewer : state.reviewers) {
        if (!isReviewer(reviewer))
            node.fault("reviewers", "unknown reviewer " + reviewer);
        if (std::ranges::count(state.reviewers, reviewer) > 1)
            node.fault("reviewers", reviewer + " stands there twice");
    }
    return state;
}

Condition readCondition(const Node& table)
{
    table.allow({"setting", "is"});
    return {table.text("setting"), table.flag("is", true)};
}

/// { "open_account" } or { verb = "charge", lines = … }: a table is either a list or a map.
std::optional<EffectCall> readEffect(const Json& raw, const std::string& path, Faults& faults)
{
    Json named = raw;
    if (raw.is_array() && raw.size() == 1)
        named = Json{{"verb", raw[0]}};
    if (!named.is_object() || !named.contains("verb") || !named["verb"].is_string()) {
        faults.add(path, "must be { \"effect\" } or { verb = \"effect\", … }");
        return std::nullopt;
    }
    EffectCall call{named["verb"].get<std::string>(), named};
    call.args.erase("verb");
    const EffectWord* word = effectNamed(call.verb);
    if (!word) {
        faults.add(path, "unknown effect " + call.verb);
        return std::nullopt;
    }
    const Node args(call.args.empty() ? Json::object() : call.args, path, faults);
    args.allow(word->keys);
    for (const std::string_view key : word->required)
        if (!args.has(key))
            args.fault(key, "is missing");
    for (const char* key :
         {"district", "site",   "lines", "business",  "template", "action",     "at",     "prefix",
          "case",     "course", "score", "passed_on", "origin",   "rows",       "basis",  "document",
          "number",   "scan",   "level", "school",    "major",    "printed_on", "ends_by"})
        if (args.has(key))
            static_cast<void>(args.text(key));
    const auto lives = args.number("lives_seconds", 180, 60, 86'400);
    if (args.number("code_seconds", 0, 60, 86'400) > lives)
        args.fault("code_seconds", "must not exceed lives_seconds");
    static_cast<void>(args.number("days", 1, 1, kMostDays));
    static_cast<void>(args.number("digits", 1, 1, 12));
    if (args.has("phone") && args.json()["phone"].is_object())
        static_cast<void>(readCondition(args.table("phone")));
    else
        static_cast<void>(args.flag("phone", false));
    if (args.has("remind")) {
        const Node remind = args.table("remind");
        remind.allow({"days", "template"});
        static_cast<void>(remind.text("template"));
        if (!remind.has("days"))
            remind.fault("days", "is missing");
        static_cast<void>(remind.number("days", 1, 1, kMostDays));
    }
    if (args.has("keep"))
        call.args["keep"] = args.texts("keep");
    return call;
}

void readDialogs(const Node& node, Action& action)
{
    if (node.has("only_if"))
        action.only_if = readCondition(node.table("only_if"));
    if (node.has("confirm")) {
        const Node table = node.table("confirm");
        table.allow({"text", "fields"});
        action.confirm = Confirm{table.text("text"), table.texts("fields")};
    }
    if (!node.has("after"))
        return;
    static const std::set<std::string> kPlaces = {"case", "payment", "login", "home", "center"};
    const Node table = node.table("after");
    table.allow({"say", "button", "go"});
    action.after = After{table.textOr("say", ""), table.textOr("button", ""), table.textOr("go", "case")};
    if (!kPlaces.contains(action.after->go))
        table.fault("go", "there is no place " + action.after->go);
    if (action.after->say.empty() != action.after->button.empty())
        table.fault("button", "say and button go together");
}

Action readAction(const std::string& id, const Node& node, Faults& faults)
{
    node.allow({"title", "from", "to", "by", "facts", "guard", "reason", "effects", "checks_fields", "limit",
                "bulk", "only_if", "confirm", "after", "again"});
    Action action;
    action.id = id;
    action.title = node.text("title");
    action.from = node.texts("from");
    action.to = node.text("to");
    action.by = node.text("by");
    action.facts = node.texts("facts");
    action.guard = node.textOr("guard", "");
    action.reason = node.textOr("reason", "");
    action.checks_fields = node.flag("checks_fields", false);
    action.limit = static_cast<int>(node.number("limit", 0, 1, 1'000));
    action.bulk = node.flag("bulk", false);
    if (action.bulk && (action.by == "candidate" || action.by == "system" || action.checks_fields))
        node.fault("bulk", "is for what an officer decides");
    const bool known = action.by == "candidate" || action.by == "reviewer" || action.by == "system" ||
                       roleNamed(action.by).has_value();
    if (!known && !action.by.empty())
        node.fault("by", "nobody is called " + action.by);
    if (!action.reason.empty() && action.reason != "optional" && action.reason != "required")
        node.fault("reason", "must be \"optional\" or \"required\"");
    if (action.from.empty())
        node.fault("from", "is empty: the action could never be taken");
    if (node.has("effects")) {
        const Json& effects = node.json()["effects"];
        for (std::size_t i = 0; effects.is_array() && i < effects.size(); ++i)
            if (auto call =
                    readEffect(effects[i], node.at("effects") + "[" + std::to_string(i + 1) + "]", faults))
                action.effects.push_back(std::move(*call));
        if (!effects.is_array() && !effects.empty())
            node.fault("effects", "must be a list");
    }
    readDialogs(node, action);
    if (node.has("again")) {
        const Node table = node.table("again");
        table.allow({"days", "on"});
        action.again = Again{static_cast<int>(table.number("days", 1, 1, kMostDays)), table.texts("on")};
        if (action.again->on.empty())
            table.fault("on", "is empty: no refusal would lead to another day");
    }
    action.raw = node.json();
    return action;
}

Json forBrowser(const Definition& definition)
{
    Json pages = Json::array(), states = Json::array();
    for (const Page& page : definition.pages) {
        Json fields = Json::array();
        for (const Field& field : page.fields)
            fields.push_back(field.raw);
        pages.push_back(
            {{"id", page.id}, {"title", page.title}, {"notices", page.notices}, {"fields", fields}});
    }
    for (const auto& [id, state] : definition.states)
        states.push_back({{"id", id}, {"title", state.title}, {"phase", name(state.phase)}});
    return {{"pages", std::move(pages)}, {"states", std::move(states)}};
}

std::shared_ptr<Definition> read(const std::string& id, const Node& node, Faults& faults)
{
    node.allow({"title", "subject", "one_open", "window", "begin", "gate", "requires", "office_field",
                "offices", "pages", "states", "initial", "actions", "ledger", "prints", "exchanges"});
    auto definition = std::make_shared<Definition>();
    definition->id = id;
    definition->title = node.text("title");
    definition->subject = node.text("subject");
    definition->one_open = node.textOr("one_open", "");
    definition->window = node.textOr("window", "");
    definition->office_field = node.textOr("office_field", "");
    definition->initial = node.text("initial");
    for (const Node& stage : node.list("requires")) {
        stage.allow({"case", "phase"});
        if (!stage.has("case"))
            stage.fault("case", "is missing");
        definition->requires_phase.push_back({stage.texts("case"), stage.text("phase")});
    }
    if (node.has("begin")) {
        const Node table = node.table("begin");
        table.allow({"guard", "facts"});
        definition->begin = Begin{table.text("guard"), table.texts("facts")};
    }
    if (node.has("gate")) {
        const Node table = node.table("gate");
        table.allow({"title", "text", "tick", "button"});
        definition->gate =
            Gate{table.text("title"), table.text("text"), table.text("tick"), table.text("button")};
    }
    if (node.has("ledger")) {
        const Node table = node.table("ledger");
        table.allow({"transfers_from"});
        definition->transfers_from = table.text("transfers_from");
        if (!definition->transfers_from.empty() && !Date::parse(definition->transfers_from))
            table.fault("transfers_from", "is no day YYYY-MM-DD");
    }
    const Node offices = node.table("offices"); // named: the loop below refers into it
    for (const auto& [reviewer, value] : offices.json().items()) {
        if (value.is_string())
            definition->reviewer_offices[reviewer] = value.get<std::string>();
        else
            node.fault("offices." + reviewer, "must name a field");
    }
    for (const Node& page : node.list("pages"))
        definition->pages.push_back(readPage(page));
    for (const auto& [state, table] : node.tables("states"))
        definition->states[state] = readState(state, table);
    for (const auto& [action, table] : node.tables("actions"))
        definition->actions.push_back(readAction(action, table, faults));
    definition->prints = readPrints(node);
    definition->exchanges = readExchanges(node);
    definition->raw = forBrowser(*definition);
    return definition;
}

} // namespace

const Field* Definition::field(const std::string& wanted) const
{
    for (const Page& page : pages)
        for (const Field& field : page.fields)
            if (field.id == wanted)
                return &field;
    return nullptr;
}

const Field* Definition::fieldOf(std::string_view widget) const
{
    for (const Page& page : pages)
        for (const Field& field : page.fields)
            if (field.widget == widget)
                return &field;
    return nullptr;
}

bool Definition::isFixed(const Field& field, const std::string& state) const
{
    return std::ranges::count(field.fixed_in, state) > 0 || (field.widget == "sitting" && needsSitting());
}

const Action* Definition::action(const std::string& wanted) const
{
    const auto found = std::ranges::find(actions, wanted, &Action::id);
    return found == actions.end() ? nullptr : &*found;
}

Parsed parseDefinition(const std::string& id, const Json& raw, const rules::Package& package)
{
    Parsed parsed;
    Faults faults("cases/" + id + ".lua", parsed.faults);
    const Node node(raw, "", faults);
    auto definition = read(id, node, faults);
    checkReferences(*definition, package, faults);
    if (parsed.faults.empty())
        parsed.definition = std::move(definition);
    return parsed;
}

std::vector<rules::Fault> checkDefinitions(const rules::Package& package, const std::set<std::string>* lists)
{
    std::vector<rules::Fault> all;
    for (const auto& [id, raw] : package.cases) {
        Parsed parsed = parseDefinition(id, raw, package);
        all.insert(all.end(), parsed.faults.begin(), parsed.faults.end());
        if (parsed.definition && lists) {
            Faults faults("cases/" + id + ".lua", all);
            checkLists(*parsed.definition, *lists, faults);
        }
    }
    return all;
}

} // namespace zikao::cases
