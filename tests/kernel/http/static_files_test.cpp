#include "kernel/http/static_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "kernel/base/id.hpp"

namespace zikao::http {
namespace {

namespace fs = std::filesystem;

class Statics : public testing::Test
{
protected:
    void SetUp() override
    {
        dir = fs::temp_directory_path() / ("zikao-static-" + newId());
        fs::create_directories(dir / "assets");
        put("index.html", "<html>");
        put("assets/app-1a2B3c4d.js", "plain script");
        put("assets/app-1a2B3c4d.js.br", "br script");
        put("assets/app-1a2B3c4d.js.gz", "gz script");
        put("assets/some-stylesheet.css", "css");
        put("assets/app-1a2B-c_d.css", "css");
        put(".hidden", "hidden");
        fs::create_symlink("/etc/hostname", dir / "link.txt");
        auto loaded = StaticFiles::load(dir.string());
        ASSERT_TRUE(loaded.has_value());
        files.emplace(std::move(*loaded));
    }
    void TearDown() override { fs::remove_all(dir); }

    void put(const std::string& name, const std::string& text) { std::ofstream(dir / name) << text; }

    std::optional<Response> ask(const std::string& path, const std::string& accept = "",
                                const std::string& known = "")
    {
        Request request;
        request.head = std::make_unique<Head>();
        if (!accept.empty())
            request.head->message.set("Accept-Encoding", accept);
        if (!known.empty())
            request.head->message.set("If-None-Match", known);
        return files->answer(request, path);
    }

    fs::path dir;
    std::optional<StaticFiles> files;
};

TEST_F(Statics, TheSmallestFormTheBrowserAcceptsIsSent)
{
    const auto br = ask("/assets/app-1a2B3c4d.js", "gzip, deflate, br");
    EXPECT_EQ(br->content(), "br script");
    EXPECT_EQ(br->head.get("Content-Encoding"), "br");
    EXPECT_EQ(br->head.get("Vary"), "Accept-Encoding");
    EXPECT_EQ(br->head.get("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(ask("/assets/app-1a2B3c4d.js", "gzip")->content(), "gz script");
    EXPECT_EQ(ask("/assets/app-1a2B3c4d.js", "br;q=0, gzip;q=0.0")->content(), "plain script");
    EXPECT_EQ(ask("/assets/app-1a2B3c4d.js")->content(), "plain script");
    EXPECT_TRUE(acceptsCoding("br; q=0.5", "br"));
    EXPECT_FALSE(acceptsCoding("brotli", "br"));
}

TEST_F(Statics, HashedNamesAreKeptForAYearAndOthersAskedFor)
{
    EXPECT_NE(ask("/assets/app-1a2B3c4d.js")->head.get("Cache-Control").find("immutable"), std::string::npos);
    EXPECT_NE(ask("/assets/app-1a2B-c_d.css")->head.get("Cache-Control").find("immutable"), std::string::npos)
        << "the bundler's alphabet has a dash";
    EXPECT_EQ(ask("/index.html")->head.get("Cache-Control"), "no-cache");
    EXPECT_EQ(ask("/assets/some-stylesheet.css")->head.get("Cache-Control"), "no-cache")
        << "a word is not a hash";
}

TEST_F(Statics, WhatTheBrowserHasIsNotSentAgain)
{
    const std::string etag = ask("/index.html")->head.get("ETag");
    const auto again = ask("/index.html", "", etag);
    EXPECT_EQ(again->status(), Status::HTTP_NOT_MODIFIED);
    EXPECT_TRUE(again->content().empty());
    EXPECT_EQ(ask("/index.html", "", "\"other\"")->status(), Status::HTTP_OK);
    EXPECT_NE(ask("/assets/app-1a2B3c4d.js", "br")->head.get("ETag"),
              ask("/assets/app-1a2B3c4d.js", "gzip")->head.get("ETag"));
}

TEST_F(Statics, TheBrowsersOwnPathsGetTheIndexAndMissingFilesNothing)
{
    EXPECT_EQ(ask("/")->content(), "<html>");
    EXPECT_EQ(ask("/lantern/center")->content(), "<html>");
    EXPECT_FALSE(ask("/assets/missing.js"));
}

TEST_F(Statics, LinksHiddenAndCompressedFilesAreNotServedByName)
{
    EXPECT_FALSE(ask("/link.txt"));
    EXPECT_FALSE(ask("/.hidden"));
    EXPECT_FALSE(ask("/assets/app-1a2B3c4d.js.br"));
}

TEST_F(Statics, AMissingFolderIsReported)
{
    EXPECT_FALSE(StaticFiles::load((dir / "none").string()).has_value());
}

} // namespace
} // namespace zikao::http
