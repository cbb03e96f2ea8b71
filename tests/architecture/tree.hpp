#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zikao::architecture {

/// What the repository holds: tracked files and new ones that are not ignored, by path from the root, sorted.
/// @throws std::runtime_error where git does not answer
const std::vector<std::string>& files();
/// Those below a folder ("kernel/") with one of these endings; none given: all.
std::vector<std::string> filesBelow(std::string_view folder,
                                    const std::vector<std::string_view>& endings = {});

/// The bytes of a file, by path from the root.
std::string read(const std::string& path);

struct Include
{
    std::string target;
    bool quoted = false; ///< "…" and not <…>
    int line = 0;
};
/// The #include lines of a file.
std::vector<Include> includesOf(const std::string& path);

/// The end of a command and everything it printed.
struct Ended
{
    int status = -1;
    std::string output;
};
Ended run(const std::string& command);

} // namespace zikao::architecture
