#include <thread>

#include "kernel/plugin/plugins.hpp"
#include "tests/kernel/app/server_fixture.hpp"
#include "tests/support/outside_program.hpp"
#include "tests/support/snapshot.hpp"

namespace zikao::app {
namespace {

/// A file that somebody sends as a picture, and what becomes of it.
struct Sent
{
    const char* what;
    std::string bytes;
    int status;
    const char* code;
    const char* declared = "image/jpeg";
};

/// Uploads through the gate to the real image plugin in its confined worker.
class HostilePicture : public ServerTest
{
protected:
    void SetUp() override
    {
        auto loaded =
            plugin::loadImageInspector({ZIKAO_BUILD_DIR "/lib/plugins/photo-inspect",
                                        ZIKAO_BUILD_DIR "/bin/zikao-worker", Json::object(), "settings", 1});
        ASSERT_TRUE(loaded) << loaded.error().message;
        site().tenant->images = std::move(*loaded);
        const std::string file = dir.path() + "/good.jpg";
        test::run(ZIKAO_BUILD_DIR "/bin/zikao-picture portrait --width 295 --height 413 " + file);
        good = test::readFile(file);
        ASSERT_TRUE(good.starts_with("\xFF\xD8"));
        guest.me();
        const auto view = guest.post("/api/cases", {{"type", "registration"}});
        ASSERT_EQ(view.status, 200) << view.body;
        path = "/lantern/api/cases/" + view.json["case"]["id"].get<std::string>() + "/files";
    }

    Browser::Answer upload(const std::string& bytes, const std::string& type = "image/jpeg",
                           const std::string& field = "portrait")
    {
        return guest.send("POST", path + "?field=" + field, bytes, type);
    }
    /// Everything an upload could have changed; looking into a session is no change.
    test::Snapshot everything()
    {
        test::Snapshot all = test::snapshot(*site().tenant->database);
        all.erase("login_session");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(site().tenant->file_dir))
            all["blobs"].push_back(entry.path().filename());
        return all;
    }
    /// The picture with an application segment behind its beginning, as often as asked.
    std::string withSegments(const std::string& content, int times)
    {
        std::string segments;
        for (int i = 0; i < times; ++i)
            segments += files::jpgSegment(0xE1, content);
        return good.substr(0, 2) + segments + good.substr(2);
    }
    std::string stored(const Browser::Answer& taken)
    {
        const std::string id = taken.json.at("file").at("id");
        return guest.send("GET", path + "/" + id, "", "").body;
    }

    Browser guest = browser();
    std::string path, good;
};
INSTANTIATE_ON_BOTH_ENGINES(HostilePicture);

TEST_P(HostilePicture, C43_IsRefusedWithAStableCodeAndAChineseSentenceAndChangesNothing)
{
    std::string zip = "PK\x03\x04" + good;
    const std::string half = good.substr(0, good.size() / 2);
    const std::vector<Sent> all = {
        {"no bytes", "", 400, "file_type"},
        {"one byte", "\xFF", 400, "file_type"},
        {"only a beginning", "\xFF\xD8\xFF\xE0", 400, "file_damaged"},
        {"cut in the middle", half, 400, "file_damaged"},
        {"cut in the middle, with an end", half + "\xFF\xD9", 400, "file_damaged"},
        {"the header of a picture and noise", files::jpg(295, 413), 400, "file_damaged"},
        {"a JPEG of 50000 by 50000", files::jpg(50'000, 50'000), 400, "file_pixels"},
        {"a PNG of 50000 by 50000", files::png(50'000, 50'000), 400, "file_pixels", "image/png"},
        {"a PNG of 2147483647 by 2147483647", files::png(2147483647, 2147483647), 400, "file_pixels",
         "image/png"},
        {"a PNG that is not one inside", files::png(295, 413), 400, "file_damaged", "image/png"},
        {"a thousand scans", files::jpg(295, 413, 1000), 400, "file_pixels"},
        {"a JPEG that is called a PNG", good, 400, "file_type", "image/png"},
        {"a program", "MZ" + std::string(400, '\x90'), 400, "file_type"},
        {"a page", "<html><script>alert(1)</script></html>", 400, "file_type"},
        {"a vector picture", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 400, "file_type"},
        {"an archive with a picture in it", zip, 400, "file_type"},
        {"a description larger than the field takes", withSegments(std::string(60'000, 'E'), 4), 413,
         "file_size"},
    };
    const auto before = everything();
    for (const Sent& sent : all) {
        const auto answer = upload(sent.bytes, sent.declared);
        EXPECT_EQ(answer.status, sent.status) << sent.what << ": " << answer.body;
        EXPECT_EQ(answer.code(), sent.code) << sent.what << ": " << answer.body;
        EXPECT_NE(answer.detail().find("。"), std::string::npos) << sent.what << ": " << answer.detail();
        EXPECT_NE(answer.json.value("request_id", ""), "") << sent.what;
        ASSERT_EQ(everything(), before) << sent.what;
    }
    EXPECT_EQ(upload(good).status, 200) << "the worker does not serve the next person";
}

TEST_P(HostilePicture, C44_NothingButTheLookOfAPictureIsKept)
{
    const std::string exif = std::string("Exif\0\0", 6) + std::string(50'000, 'G');
    for (const auto& [what, bytes] :
         {std::pair{"a huge description", withSegments(exif, 3)},
          {"a picture with an archive behind it", good + "PK\x03\x04<?php evil(); ?>"},
          {"a picture with a page in its comment",
           good.substr(0, 2) + files::jpgSegment(0xFE, "<?php evil(); ?>") + good.substr(2)}}) {
        const auto taken = upload(bytes);
        ASSERT_EQ(taken.status, 200) << what << ": " << taken.body;
        const std::string kept = stored(taken);
        ASSERT_TRUE(kept.starts_with("\xFF\xD8")) << what;
        for (const char* left : {"Exif", "GGGG", "PK\x03\x04", "evil"})
            EXPECT_EQ(kept.find(left), std::string::npos) << what << " kept " << left;
    }
}

TEST_P(HostilePicture, C43_OthersAreAnsweredMeanwhile)
{
    std::atomic<bool> over = false;
    std::jthread hostile([&] {
        for (int round = 0; round < 5; ++round) {
            EXPECT_EQ(upload(good.substr(0, good.size() - 40)).status, 400);
            EXPECT_EQ(upload(files::png(50'000, 50'000), "image/png").status, 400);
        }
        over = true;
    });
    int answered = 0;
    while (!over) {
        Browser other = browser();
        EXPECT_EQ(other.me().status, 200);
        ++answered;
    }
    EXPECT_GT(answered, 0);
}

} // namespace
} // namespace zikao::app
