// zikaoctl: administration of an installation from its own machine. `zikaoctl --help` lists the commands.
#include <cstdio>
#include <exception>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/base/log.hpp"

namespace zikao::ctl {

namespace {

using Words = std::vector<std::string>;

std::vector<Command> allCommands()
{
    std::vector<Command> all;
    for (const auto& group : {migrateCommands(), tenantsCommands(), checkCommands(), staffCommands(),
                              catalogCommands(), recordsCommands(), candidatesCommands(), rulesCommands(),
                              auditCommands(), keysCommands(), filesCommands(), demoCommands()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

void print(std::FILE* to, const std::string& line)
{
    std::fprintf(to, "%s\n", line.c_str());
}

/// Every command, or those of one group.
void listCommands(std::FILE* to, const std::vector<Command>& commands, const std::string& group)
{
    print(to,
          "Usage: zikaoctl [--config FILE] GROUP COMMAND …   (`zikaoctl GROUP COMMAND --help` tells more)\n"
          "Ends with 0: done, 1: refused, 2: wrong use or something broken.\n");
    for (const Command& command : commands)
        if (group.empty() || command.group == group)
            std::fprintf(to, "  %-8s %-15s %s\n", command.group.c_str(), command.name.c_str(),
                         command.about.c_str());
}

void describe(std::FILE* to, const Command& command)
{
    print(to, "Usage: " + command.usage() + "\n" + command.about);
    for (const Option& option : command.options)
        std::fprintf(to, "  %-20s %s\n", (option.name + " " + option.value).c_str(), option.about.c_str());
}

/// A refusal says that the request cannot be; everything else that something is broken.
int exitOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::forbidden:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::refused:
    case ErrorCode::too_large:
    case ErrorCode::too_many: return kRefused;
    default: return kBroken;
    }
}

int reportError(const Error& error)
{
    print(stderr, "zikaoctl: " + error.message + (error.reason.empty() ? "" : " (" + error.reason + ")"));
    return exitOf(error.code);
}

int runCommand(const Command& command, const std::string& config_file, const Words& words)
{
    for (const std::string& word : words)
        if (word == "--help") {
            describe(stdout, command);
            return kDone;
        }
    const auto arguments = command.parse(words);
    if (!arguments) {
        print(stderr, "zikaoctl: " + arguments.error().message);
        describe(stderr, command);
        return kBroken;
    }
    Context context(config_file);
    const auto ended = command.run(context, *arguments);
    return ended ? *ended : reportError(ended.error());
}

/// Takes the options before the group off the front. @return nothing but help is asked for, or what is wrong
Result<std::string> takeConfig(Words& words)
{
    std::string file;
    while (!words.empty() && words.front().starts_with("--") && words.front() != "--help") {
        if (words.front() != "--config")
            return fail(ErrorCode::invalid_argument, "unknown option " + words.front());
        if (words.size() < 2)
            return fail(ErrorCode::invalid_argument, "--config needs a file");
        file = words[1];
        words.erase(words.begin(), words.begin() + 2);
    }
    return file;
}

int run(Words words)
{
    const std::vector<Command> commands = allCommands();
    const auto config_file = takeConfig(words);
    if (!config_file) {
        print(stderr, "zikaoctl: " + config_file.error().message);
        listCommands(stderr, commands, "");
        return kBroken;
    }
    if (words.empty() || words[0] == "--help") {
        listCommands(words.empty() ? stderr : stdout, commands, "");
        return words.empty() ? kBroken : kDone;
    }
    if (words.size() >= 2)
        for (const Command& command : commands)
            if (command.group == words[0] && command.name == words[1])
                return runCommand(command, *config_file, {words.begin() + 2, words.end()});
    const bool known = std::any_of(commands.begin(), commands.end(),
                                   [&](const Command& command) { return command.group == words[0]; });
    const bool asked = words.size() == 2 && words[1] == "--help" && known;
    if (!asked)
        print(stderr, "zikaoctl: no such command: " + words[0] + (words.size() > 1 ? " " + words[1] : ""));
    listCommands(asked ? stdout : stderr, commands, known ? words[0] : "");
    return asked ? kDone : kBroken;
}

} // namespace

} // namespace zikao::ctl

int main(int argc, char** argv)
{
    zikao::log::setLevel(zikao::log::Level::warning);
    try {
        return zikao::ctl::run({argv + 1, argv + argc});
    } catch (const std::exception& broken) {
        std::fprintf(stderr, "zikaoctl: %s\n", broken.what());
        return zikao::ctl::kBroken;
    }
}
