#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

/// A project of its own that is configured with the real kernel/build/modules.cmake.
class Levels : public testing::Test
{
protected:
    Levels() { write("kernel/build/pch.hpp", "#pragma once\n"); }
    ~Levels() override { std::filesystem::remove_all(dir_); }

    void write(const std::string& path, const std::string& text)
    {
        const std::filesystem::path file = dir_ / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

    Ended configure(const std::string& modules)
    {
        write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\n"
                                "project(scratch LANGUAGES CXX)\n"
                                "add_library(Threads::Threads INTERFACE IMPORTED)\n"
                                "add_library(Poco::Foundation INTERFACE IMPORTED)\n"
                                "include(" ZIKAO_SOURCE_DIR "/kernel/build/modules.cmake)\n" +
                                    modules);
        return run("cmake -S '" + dir_.string() + "' -B '" + (dir_ / "out").string() +
                   "' -G Ninja -DCMAKE_CXX_COMPILER_WORKS=1");
    }

    static std::string flat(std::string text) // CMake wraps its messages where it likes
    {
        std::string one;
        for (const char c : text)
            if (const bool blank = c == ' ' || c == '\n'; !blank || (!one.empty() && one.back() != ' '))
                one += blank ? ' ' : c;
        return one;
    }

    const std::filesystem::path dir_ =
        std::filesystem::temp_directory_path() / ("zikao-levels-" + std::to_string(::getpid()));
};

TEST_F(Levels, ADownwardUseConfigures)
{
    write("cellar/shelf.hpp", "#pragma once\n");
    write("attic/box.cpp", "#include \"kernel/cellar/shelf.hpp\"\n");
    const Ended done = configure("kernel_module(cellar LEVEL 1)\nkernel_module(attic LEVEL 2 USES cellar)\n");
    EXPECT_EQ(done.status, 0) << done.output;
}

TEST_F(Levels, AnUpwardUseIsRefusedAndBothModulesAreNamed)
{
    const Ended done = configure("set_property(GLOBAL PROPERTY ZIKAO_LEVEL_attic 2)\n"
                                 "kernel_module(cellar LEVEL 1 USES attic)\n");
    EXPECT_NE(done.status, 0);
    EXPECT_NE(flat(done.output).find("kernel/cellar (level 1) may not use kernel/attic (level 2)"),
              std::string::npos)
        << done.output;
}

TEST_F(Levels, ModulesOfOneLevelDoNotKnowEachOther)
{
    const Ended done =
        configure("kernel_module(kitchen LEVEL 3)\nkernel_module(parlour LEVEL 3 USES kitchen)\n");
    EXPECT_NE(done.status, 0);
    EXPECT_NE(flat(done.output).find("kernel/parlour (level 3) may not use kernel/kitchen (level 3)"),
              std::string::npos)
        << done.output;
}

TEST_F(Levels, AnIncludeThatIsNotDeclaredIsRefusedAndBothModulesAreNamed)
{
    write("attic/box.hpp", "#pragma once\n");
    for (const char* file : {"cellar/shelf.cpp", "cellar/shelf.hpp", "cellar/deep/shelf.cpp"}) {
        write(file, "#include \"kernel/attic/box.hpp\"\n");
        const Ended done =
            configure("kernel_module(cellar LEVEL 1)\nkernel_module(attic LEVEL 2 USES cellar)\n");
        EXPECT_NE(done.status, 0) << file;
        EXPECT_NE(
            flat(done.output).find("includes kernel/attic, but kernel/cellar (level 1) does not use it"),
            std::string::npos)
            << file << '\n'
            << done.output;
        std::filesystem::remove(dir_ / file);
    }
}

TEST_F(Levels, AModuleWithoutALevelIsRefused)
{
    const Ended done = configure("kernel_module(cellar)\n");
    EXPECT_NE(done.status, 0);
    EXPECT_NE(flat(done.output).find("kernel_module(cellar): LEVEL is missing"), std::string::npos)
        << done.output;
}

TEST(KernelModules, EveryFolderOfTheKernelIsAModuleOrAKnownOther)
{
    const std::string declared = read("kernel/CMakeLists.txt");
    for (const std::string& path : filesBelow("kernel/")) {
        const auto end = path.find('/', 7);
        if (end == std::string::npos)
            continue;
        const std::string folder = path.substr(7, end - 7);
        if (folder == "app" || folder == "build" || folder == "web")
            continue;
        EXPECT_NE(declared.find("kernel_module(" + folder + " LEVEL "), std::string::npos) << path;
    }
}

} // namespace
} // namespace zikao::architecture
