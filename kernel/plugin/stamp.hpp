#pragma once

#include <string>
#include <string_view>

#include "plugins/api/result.hpp"

namespace zikao::plugin {

/// The stamp as read from the bytes of a library. Nothing is loaded and nothing is run.
struct Stamp
{
    unsigned magic = 0;
    std::string toolchain, implements, id;
    int interface_version = 0;
};

/// Follows the dynamic section of an ELF image as the loader would: hash table, symbol, relocations of the
/// struct's pointers. Every offset is checked against the image.
/// @errors `plugin_fault`: no 64-bit ELF library of this machine, or no stamp in it
Result<Stamp> readStamp(std::string_view image);

} // namespace zikao::plugin
