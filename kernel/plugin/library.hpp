#pragma once

#include <memory>
#include <string>

#include "kernel/plugin/plugins.hpp"

namespace zikao::plugin {

/// A library file opened once; what is checked is what is loaded (C40).
class LibraryFile
{
public:
    static Result<LibraryFile> open(const std::string& plugin_dir);
    ~LibraryFile();
    LibraryFile(LibraryFile&& other) noexcept;
    LibraryFile(const LibraryFile&) = delete;

    /// @errors `plugin_fault` with every mismatch in one message
    [[nodiscard]] Result<void> checkStamp(const Manifest& manifest) const;
    /// @errors `plugin_fault`: its SM3 is another one
    [[nodiscard]] Result<void> checkDigest(const std::string& pinned) const;

    /// Loads through the open descriptor and makes the plugin. Never unloaded.
    /// @errors `plugin_fault`; `invalid_argument` with what the plugin says of its settings
    [[nodiscard]] Result<std::shared_ptr<api::Plugin>> make(const api::PluginContext& context) const;

private:
    LibraryFile(int fd, std::string path, std::string bytes);

    int fd_;
    std::string path_;
    std::string bytes_;
};

} // namespace zikao::plugin
