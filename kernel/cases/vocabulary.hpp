#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/cases/definition.hpp"
#include "kernel/identity/actor.hpp"

/// The closed lists of words that a case definition may use. A new word begins here
/// (docs/kernel-engineer.md).
namespace zikao::cases {

/// What kind of value a widget's field holds. none: it shows something and holds nothing.
enum class ValueKind { text, texts, flag, slots, file, secret, rows, treatments, none };

struct Widget
{
    std::string_view name;
    ValueKind kind;
    std::vector<std::string_view> keys;     ///< besides id, widget, label, hint, required, visible_if
    std::vector<std::string_view> required; ///< of those
};
/// Null: no such widget.
const Widget* widgetNamed(std::string_view name);

/// Names of patterns that a text field may ask for.
bool isPattern(std::string_view name);
/// Whether a text fits a named pattern.
bool fitsPattern(std::string_view pattern, std::string_view text);

/// What a code that a form asks for may be for.
bool isFormPurpose(std::string_view purpose);

/// Facts besides the ids of the package's cases.
const std::set<std::string, std::less<>>& factNames();
/// Of those, the ones that speak of the case itself: before it is begun there is nothing to say.
bool isFactOfCase(std::string_view fact);

struct EffectWord
{
    std::string_view verb;
    std::vector<std::string_view> keys, required;
};
const EffectWord* effectNamed(std::string_view verb);

/// What an ID card reading can say, the keys of `fills`.
const std::set<std::string, std::less<>>& readingNames();

/// The `list` of a shown fact whose value is a major, beside the names of code lists.
inline constexpr const char* kMajorsList = "majors";

/// What presets and shown facts take from the person and the sitting; "person.more.…" has any name.
bool isSourceName(std::string_view source);

std::optional<identity::Role> roleNamed(std::string_view name);
/// Duties that may stand among a state's reviewers or in `by`: offices that decide about cases.
bool isReviewer(std::string_view role);

} // namespace zikao::cases
