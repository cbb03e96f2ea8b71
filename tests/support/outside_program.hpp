#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

/// What tests need to look at files with other people's programs.
namespace zikao::test {

inline std::string readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A fresh folder under the build for what the running test writes; kept, so that a person can look.
class OutputFolder
{
public:
    OutputFolder()
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ =
            std::filesystem::path(ZIKAO_BUILD_DIR) / "test-output" / test->test_suite_name() / test->name();
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    [[nodiscard]] std::string write(const std::string& name, const std::string& bytes) const
    {
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
        return path(name);
    }

private:
    std::filesystem::path folder_;
};

/// What a shell command prints; fails the test when the command fails.
inline std::string run(const std::string& command)
{
    FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        out.append(buffer.data(), got);
    EXPECT_EQ(pclose(pipe), 0) << command;
    return out;
}

/// The text of the one QR code in a picture, as a scanner reads it.
inline std::string scanCode(const std::string& picture_file)
{
    const std::string out = run("zbarimg --quiet --raw --set '*.enable=0' --set 'qrcode.enable=1' " +
                                picture_file + " 2>/dev/null");
    return out.substr(0, out.find('\n'));
}

} // namespace zikao::test
