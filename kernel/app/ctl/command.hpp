#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::ctl {

class Context;

/// How zikaoctl ends (docs/operator.md): done; refused, and why was printed; wrong use or something broken.
enum Exit { kDone = 0, kRefused = 1, kBroken = 2 };

/// One option of a command: `--roles LIST`, or a switch when there is no value.
struct Option
{
    std::string name, value, about;
    bool required = false;
};

/// What followed the command's name, already judged against its declaration.
struct Arguments
{
    std::map<std::string, std::string>
        values; ///< by positional name ("TENANT") and by option name ("--roles")

    /// Empty when it was left out.
    [[nodiscard]] const std::string& operator[](const std::string& name) const
    {
        static const std::string kNothing;
        const auto found = values.find(name);
        return found == values.end() ? kNothing : found->second;
    }
    [[nodiscard]] bool has(const std::string& name) const { return values.contains(name); }
};

/// `zikaoctl <group> <name> <positionals> <options>`.
struct Command
{
    std::string group, name;
    std::vector<std::string> positionals; ///< "TENANT"; "[TENANT]" may be left out, and only at the end
    std::vector<Option> options;
    std::string about; ///< one line
    std::function<Result<int>(Context&, const Arguments&)>
        run; ///< an Exit; an error is printed by the caller

    [[nodiscard]] std::string usage() const;
    /// @errors `invalid_argument`: an unknown option, too few or too many words
    [[nodiscard]] Result<Arguments> parse(const std::vector<std::string>& words) const;
};

// One function per file of this folder.
std::vector<Command> migrateCommands();
std::vector<Command> tenantsCommands();
std::vector<Command> checkCommands();
std::vector<Command> staffCommands();
std::vector<Command> catalogCommands();
std::vector<Command> recordsCommands();
std::vector<Command> candidatesCommands();
std::vector<Command> auditCommands();
std::vector<Command> keysCommands();
std::vector<Command> filesCommands();
std::vector<Command> rulesCommands();
std::vector<Command> demoCommands();

} // namespace zikao::ctl
