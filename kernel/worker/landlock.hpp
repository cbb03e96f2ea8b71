#pragma once

#include <string>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::worker {

/// What of the file tree and the network a process may still reach.
struct Landscape
{
    std::vector<std::string> readable = {}; ///< files and folders, to read; what does not exist is skipped
    bool network = false;                   ///< TCP connections outwards
};

/// Restricts the calling process for good. On a kernel without Landlock this does nothing and seccomp stands
/// alone: then a plugin that may open files at all may read what its account may read.
Result<void> restrictTo(const Landscape& landscape);

} // namespace zikao::worker
