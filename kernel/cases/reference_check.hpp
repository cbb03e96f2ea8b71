#pragma once

#include <string>
#include <vector>

#include "kernel/cases/definition.hpp"
#include "kernel/cases/definition_reader.hpp"

namespace zikao::cases {

/// What every part of the check of a definition's references stands on. Each `need…` reports what is not there; an empty
/// name, which another check has reported, is left alone.
class ReferenceCheck
{
public:
    ReferenceCheck(const Definition& definition, const rules::Package& package, Faults& faults)
        : def_(definition),
          package_(package),
          faults_(faults)
    {}

protected:
    void add(const std::string& path, const std::string& message) { faults_.add(path, message); }
    void needText(const std::string& path, const std::string& key);
    void needRule(const std::string& path, const std::string& rule);
    const Field* needField(const std::string& path, const std::string& id); ///< null: not there
    void needCase(const std::string& path, const std::string& id);
    void needStates(const std::string& path, const std::vector<std::string>& states);

    /// "window.<name>", the name in small letters.
    static bool isWindow(const std::string& text);
    /// Whether a definition that may itself be faulty has a field of this id.
    static bool hasField(const Json& raw, const std::string& wanted);

    const Definition& def_;
    const rules::Package& package_;
    Faults& faults_;
};

/// Pages with their notices, facts and fields.
void checkFields(const Definition& definition, const rules::Package& package, Faults& faults);

/// What the effects of one action need of the definition and of other cases.
void checkEffects(const Definition& definition, const rules::Package& package, const Action& action,
                  Faults& faults);

} // namespace zikao::cases
