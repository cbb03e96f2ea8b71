#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/plugin/plugins.hpp"

namespace zikao::plugin::testing_support {

inline std::string fixtureDir(const std::string& id)
{
    return std::string(ZIKAO_BUILD_DIR) + "/lib/test-plugins/" + id;
}

inline LoadOptions loadOptions(const std::string& id)
{
    return {fixtureDir(id), ZIKAO_BUILD_DIR "/bin/zikao-worker", {{"merchant_no", "M1"}}, "settings", 1};
}

/// A folder named `id` below a fresh parent, removed with everything in it.
struct PluginFolder
{
    std::filesystem::path parent, dir;
    explicit PluginFolder(const std::string& id)
    {
        static int count = 0;
        parent = std::filesystem::path(::testing::TempDir()) /
                 ("zikao_plugin_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
        dir = parent / id;
        std::filesystem::create_directories(dir);
    }
    ~PluginFolder() { std::filesystem::remove_all(parent); }
    void manifest(const std::string& text) const { std::ofstream(dir / "manifest.json") << text; }
    void copyOf(const std::string& id) const
    {
        namespace fs = std::filesystem;
        fs::copy(fixtureDir(id), dir, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
};

} // namespace zikao::plugin::testing_support
