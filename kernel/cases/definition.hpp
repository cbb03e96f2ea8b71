#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.hpp"
#include "kernel/cases/exchanges.hpp"
#include "kernel/cases/prints.hpp"
#include "kernel/rules/package.hpp"

namespace zikao::cases {

/// The kernel's phases; every state of a province maps to one.
enum class Phase {
    draft,
    submitted,
    in_review,
    returned,
    awaiting_payment,
    approved,
    completed,
    rejected,
    closed
};
const char* name(Phase phase);
std::optional<Phase> phaseNamed(std::string_view name);
/// completed, rejected, closed: nothing more happens.
bool isOver(Phase phase);

/// {field = "major", is_any = {…}}: judged alike in browser and server.
struct Visibility
{
    std::string field;
    std::vector<std::string> is_any;
};

/// A notice in front of the form: nothing is begun or typed before it was acknowledged in the session.
struct Gate
{
    std::string title, text, tick, button; ///< `text`: key; the others as shown
};
/// Asked before anything is begun, of what is known without the case; a refusal is all that is said then.
struct Begin
{
    std::string guard; ///< rule
    std::vector<std::string> facts;
};
/// A line of a page that is only read: where its value comes from ("person.name", "registration.portrait").
struct ShownFact
{
    std::string id, label, from;
    std::string list; ///< code list that names the value; empty: shown as it is
};
/// An action that a setting of the province switches on or off.
struct Condition
{
    std::string setting;
    bool is = true;
};
/// What the browser asks before an action is sent, with values that were typed; declining sends nothing.
struct Confirm
{
    std::string text; ///< key; may hold {field id}
    std::vector<std::string> fields;
};
/// A deadline whose guard refuses for one of these reasons is asked again so many days later instead of being dropped.
struct Again
{
    int days = 0;
    std::vector<std::string> on; ///< codes of refusals
};
/// What is said once an action succeeded, and where the way goes on.
struct After
{
    std::string say, button, go; ///< `say`: key or empty; `go`: case, payment, login, home, center
};

/// One input, upload or text of a page. `options`, `accept` … as the widget needs them (docs/rule-author.md).
struct Field
{
    std::string id, widget, label, hint;
    bool required = true;
    std::optional<Visibility> visible_if;
    std::vector<std::string> preset;   ///< where its first value comes from; the first source that has one
    std::vector<std::string> fixed_in; ///< states, otherwise editable, in which it cannot be changed
    Json raw;                          ///< the whole checked field with its defaults, sent to the browser
};
struct Page
{
    std::string id, title;
    std::vector<std::string> notices;
    std::vector<Field> fields;
    std::vector<ShownFact> facts;
    std::vector<std::string> only_in; ///< states in which the page is there; empty: all
};
struct State
{
    std::string id, title;
    Phase phase = Phase::draft;
    bool editable = false; ///< by the subject
    /// Duties that must decide ("prefecture_office"); several: all of them, in any order. The case moves when
    /// the last has agreed; an action to a returned, rejected or closed state moves it at once.
    std::vector<std::string> reviewers;
    std::string waits_for; ///< text key: who has it and how long it takes
};
struct EffectCall
{
    std::string verb; ///< "open_account", "sign_up", "charge" …
    Json args;
};
struct Action
{
    std::string id, title, to, by; ///< by: candidate (also a visitor's), reviewer, system, or a role name
    std::vector<std::string> from, facts;
    std::string guard;  ///< rule; empty: none
    std::string reason; ///< "", "optional", "required"
    std::vector<EffectCall> effects;
    bool checks_fields = false; ///< all required fields must be right (submit)
    int limit = 0;              ///< how often it may be done in one case; 0: without limit
    bool bulk = false;          ///< an officer may take it on many cases at once
    std::optional<Condition> only_if;
    std::optional<Confirm> confirm;
    std::optional<After> after;
    std::optional<Again> again;
    Json raw;
};
struct Definition
{
    std::string id, title, subject; ///< subject: "visitor" (an account is opened on the way) or "candidate"
    /// "" | "candidate" | "sitting" | "major": at most one live case of this type (in this sitting, for this
    /// major). Rejected and closed ones do not count; completed ones count within their sitting or major only.
    std::string one_open;
    /// "" | "sign_up": begun and submitted only while the sitting's window is open | "window.<name>": begun and
    /// first submitted only while the named window is.
    std::string window;
    std::string transfers_from; ///< day: passes moved in earlier count in the ledger only once they are filed
    std::optional<Begin> begin;
    std::optional<Gate> gate;
    /// An earlier stage: a case of one of these types in this phase.
    struct Stage
    {
        std::vector<std::string> cases;
        std::string phase;
    };
    std::vector<Stage> requires_phase;
    std::string office_field; ///< field whose value is the office in whose queue it lies
    std::map<std::string, std::string>
        reviewer_offices; ///< duty → field that names its office, else `office_field`
    std::vector<Page> pages;
    std::map<std::string, State> states;
    std::string initial;
    std::vector<Action> actions;
    std::vector<Print> prints;       ///< forms on paper
    std::vector<Exchange> exchanges; ///< files for outside authorities
    Json raw;                        ///< pages and states for the browser, in the package's order

    [[nodiscard]] const Field* field(const std::string& id) const;
    [[nodiscard]] const Field* fieldOf(std::string_view widget) const; ///< the first with this widget
    [[nodiscard]] const Action* action(const std::string& id) const;
    /// Whether the field cannot be changed in a state, although the state is editable. A field with the widget
    /// "sitting" never can where the case belongs to one.
    [[nodiscard]] bool isFixed(const Field& field, const std::string& state) const;
    /// The name of the window, when it belongs to no sitting.
    [[nodiscard]] std::string namedWindow() const
    {
        return window.starts_with("window.") ? window.substr(7) : std::string{};
    }
    [[nodiscard]] bool needsSitting() const { return window == "sign_up" || one_open == "sitting"; }
};

/// Reads one definition, reporting every fault with its path: unknown keys, dangling references, unreachable
/// states, states without a way out, rules the package lacks, missing texts.
struct Parsed
{
    std::shared_ptr<const Definition> definition; ///< null when there are faults
    std::vector<rules::Fault> faults;
};
Parsed parseDefinition(const std::string& id, const Json& raw, const rules::Package& package);

/// `parseDefinition` for every case of a package, as rules::DefinitionCheck.
/// @param lists  names of the tenant's code lists; null: lists are not checked
std::vector<rules::Fault> checkDefinitions(const rules::Package& package,
                                           const std::set<std::string>* lists = nullptr);

} // namespace zikao::cases
