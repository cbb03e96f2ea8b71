#include "kernel/app/ctl/command.hpp"

#include <algorithm>

namespace zikao::ctl {

namespace {

bool optional(const std::string& positional)
{
    return positional.starts_with("[");
}

std::string bare(const std::string& positional)
{
    return optional(positional) ? positional.substr(1, positional.size() - 2) : positional;
}

} // namespace

std::string Command::usage() const
{
    std::string line = "zikaoctl [--config FILE] " + group + " " + name;
    for (const std::string& positional : positionals)
        line += " " + positional;
    for (const Option& option : options) {
        const std::string text = option.name + (option.value.empty() ? "" : " " + option.value);
        line += option.required ? " " + text : " [" + text + "]";
    }
    return line;
}

Result<Arguments> Command::parse(const std::vector<std::string>& words) const
{
    Arguments arguments;
    std::size_t filled = 0;
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (!word->starts_with("--")) {
            if (filled == positionals.size())
                return fail(ErrorCode::invalid_argument, "one word too many: " + *word);
            arguments.values[bare(positionals[filled++])] = *word;
            continue;
        }
        const auto option = std::find_if(options.begin(), options.end(),
                                         [&](const Option& known) { return known.name == *word; });
        if (option == options.end())
            return fail(ErrorCode::invalid_argument, "unknown option " + *word);
        std::string& value = arguments.values[option->name];
        if (option->value.empty())
            continue;
        if (++word == words.end())
            return fail(ErrorCode::invalid_argument, option->name + " needs a value: " + option->value);
        value = *word;
    }
    if (filled < positionals.size() && !optional(positionals[filled]))
        return fail(ErrorCode::invalid_argument, "missing: " + positionals[filled]);
    for (const Option& option : options)
        if (option.required && !arguments.has(option.name))
            return fail(ErrorCode::invalid_argument, "missing: " + option.name);
    return arguments;
}

} // namespace zikao::ctl
