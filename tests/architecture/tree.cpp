#include "tests/architecture/tree.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace zikao::architecture {

namespace {

std::vector<std::string> listed()
{
    // The folder may belong to another account than the one that tests (a container's checkout).
    const Ended git = run("git -c safe.directory='*' -c core.quotePath=off -C '" ZIKAO_SOURCE_DIR
                          "' ls-files --cached --others --exclude-standard");
    if (git.status != 0)
        throw std::runtime_error("git ls-files: " + git.output);
    std::vector<std::string> paths;
    std::istringstream lines(git.output);
    for (std::string line; std::getline(lines, line);)
        if (std::ifstream(ZIKAO_SOURCE_DIR "/" + line)) // one that was deleted but not committed yet
            paths.push_back(line);
    std::sort(paths.begin(), paths.end());
    return paths;
}

bool endsWithOneOf(std::string_view path, const std::vector<std::string_view>& endings)
{
    return endings.empty() ||
           std::any_of(endings.begin(), endings.end(), [&](auto ending) { return path.ends_with(ending); });
}

} // namespace

const std::vector<std::string>& files()
{
    static const std::vector<std::string> all = listed();
    return all;
}

std::vector<std::string> filesBelow(std::string_view folder, const std::vector<std::string_view>& endings)
{
    std::vector<std::string> chosen;
    for (const std::string& path : files())
        if (path.starts_with(folder) && endsWithOneOf(path, endings))
            chosen.push_back(path);
    return chosen;
}

std::string read(const std::string& path)
{
    std::ifstream in(ZIKAO_SOURCE_DIR "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<Include> includesOf(const std::string& path)
{
    constexpr std::string_view kWord = "#include ";
    std::vector<Include> found;
    std::istringstream lines(read(path));
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (!line.starts_with(kWord))
            continue;
        const auto end = line.find_last_of("\">");
        found.push_back(
            {line.substr(kWord.size() + 1, end - kWord.size() - 1), line[kWord.size()] == '"', number});
    }
    return found;
}

Ended run(const std::string& command)
{
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr)
        throw std::runtime_error("no process for: " + command);
    Ended ended;
    std::array<char, 4096> piece{};
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe))
        ended.output.append(piece.data(), got);
    const int status = ::pclose(pipe);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

} // namespace zikao::architecture
