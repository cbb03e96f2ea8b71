#include "kernel/files/files.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "tests/kernel/files/pictures.hpp"
#include "tests/support/fake_plugins.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::files {
namespace {

namespace fs = std::filesystem;

class FilesTest : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        tenant->file_dir = db.dir.path() + "/files";
        fs::create_directories(tenant->file_dir);
        tenant->images = std::make_unique<test::FixedPlugin<api::ImageInspector>>(images);
        files.emplace(*tenant);
    }
    Acceptance acceptance(std::int64_t max_bytes = 4 * 1024 * 1024)
    {
        return {{"jpg", "png", "pdf"}, max_bytes, std::nullopt};
    }
    Upload upload(const std::string& content, const std::string& declared = {})
    {
        return {"case-1", "photo", "account-1", content, declared};
    }
    std::string reasonFor(const Upload& upload, const Acceptance& acceptance)
    {
        const auto stored = files->store(upload, acceptance);
        return stored ? "stored" : stored.error().reason;
    }
    std::vector<fs::path> blobs()
    {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(tenant->file_dir))
            if (entry.is_regular_file())
                found.push_back(entry.path());
        return found;
    }
    static std::string content(const fs::path& path)
    {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    test::FakeImageInspector images;
    std::optional<Files> files;
    const std::string pdf = "%PDF-1.7\n<< >>\n%%EOF\n";
};
INSTANTIATE_ON_BOTH_ENGINES(FilesTest);

TEST_P(FilesTest, APictureIsKeptReEncodedAndNeverAsItCame)
{
    const auto file = files->store(upload(jpg(480, 640), "image/jpeg"), acceptance());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->type, "jpg");
    EXPECT_EQ(file->size_bytes, static_cast<std::int64_t>(jpg(480, 640).size()));
    EXPECT_EQ(file->width, 48) << "as the worker measured the clean picture";
    EXPECT_EQ(files->read(*file).value(), jpg(480, 640).substr(0, 8) + " re-encoded");
    EXPECT_EQ(files->read(*file, true).value(), "\xFF\xD8\xFF preview");
    EXPECT_TRUE(file->inspection.is_null());
    const auto found = files->find(file->id).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->case_id, "case-1");
    EXPECT_EQ(found->field, "photo");
    EXPECT_EQ(found->uploaded_at, clock.now());
    EXPECT_EQ(files->ofCase("case-1").value().size(), 1u);
    EXPECT_TRUE(files->ofCase("case-2").value().empty());
}

TEST_P(FilesTest, DEF_GEN_09_BlobsLieEncryptedUnderNamesOfOursReadableByTheOwnerAlone)
{
    Upload named = upload(pdf);
    named.field = "../../etc/passwd";
    const auto file = files->store(named, acceptance());
    ASSERT_TRUE(file);
    ASSERT_EQ(blobs().size(), 1u);
    EXPECT_EQ(blobs()[0].filename(), file->id + ".original");
    EXPECT_EQ(content(blobs()[0]).find("PDF"), std::string::npos);
    struct stat about = {};
    ASSERT_EQ(::stat(blobs()[0].c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    EXPECT_EQ(files->read(*file).value(), pdf);
}

TEST_P(FilesTest, AFileOfExactlyTheLimitIsAcceptedAndOneByteMoreRefused)
{
    const auto size = static_cast<std::int64_t>(pdf.size());
    EXPECT_EQ(reasonFor(upload(pdf), acceptance(size)), "stored");
    EXPECT_EQ(reasonFor(upload(pdf), acceptance(size - 1)), "file_size");
}

TEST_P(FilesTest, TypeIsJudgedByContentAndMustAgreeWithWhatTheClientSaid)
{
    EXPECT_EQ(reasonFor(upload("GIF89a"), acceptance()), "file_type");
    EXPECT_EQ(reasonFor(upload(""), acceptance()), "file_type");
    EXPECT_EQ(reasonFor(upload(pdf, "image/png"), acceptance()), "file_type");
    EXPECT_EQ(reasonFor(upload(pdf, "application/pdf; charset=x"), acceptance()), "stored");
    EXPECT_EQ(reasonFor(upload(jpg(4, 4), "JPEG"), acceptance()), "stored");
    Acceptance only_pictures = acceptance();
    only_pictures.types = {"jpg"};
    EXPECT_EQ(reasonFor(upload(pdf), only_pictures), "file_type");
    EXPECT_EQ(reasonFor(upload(png(4, 4)), only_pictures), "file_type");
}

TEST_P(FilesTest, APictureOverTheLimitsNeverReachesTheDecoder)
{
    EXPECT_EQ(reasonFor(upload(png(10'001, 10)), acceptance()), "file_pixels");
    EXPECT_EQ(reasonFor(upload(png(5001, 5000)), acceptance()), "file_pixels");
    EXPECT_EQ(reasonFor(upload(jpg(100, 100, 65)), acceptance()), "file_pixels");
    EXPECT_EQ(reasonFor(upload(png(10, 10, pngChunk("acTL", big(2, 4) + big(0, 4)))), acceptance()),
              "file_pixels");
    EXPECT_EQ(reasonFor(upload(jpg(100, 100).substr(0, 40)), acceptance()), "file_damaged");
    EXPECT_EQ(images.cleaned, 0);
    EXPECT_TRUE(blobs().empty());
    EXPECT_EQ(reasonFor(upload(png(5000, 5000)), acceptance()), "stored");
    EXPECT_EQ(reasonFor(upload(jpg(100, 100, 64)), acceptance()), "stored");
}

TEST_P(FilesTest, WhatTheDecoderRefusesIsRefusedInOurWords)
{
    images.cleaning = [](const std::string&) -> Result<api::CleanImage> {
        return fail(ErrorCode::invalid_argument, "no", "image_unreadable");
    };
    EXPECT_EQ(reasonFor(upload(jpg(4, 4)), acceptance()), "file_damaged");
    images.cleaning = [](const std::string&) -> Result<api::CleanImage> {
        return fail(ErrorCode::invalid_argument, "no", "image_animated");
    };
    EXPECT_EQ(reasonFor(upload(jpg(4, 4)), acceptance()), "file_pixels");
    images.cleaning = [](const std::string&) -> Result<api::CleanImage> {
        return fail(ErrorCode::plugin_fault, "died");
    };
    EXPECT_EQ(files->store(upload(jpg(4, 4)), acceptance()).error().code, ErrorCode::plugin_fault);
    images.cleaning = [](const std::string&) -> Result<api::CleanImage> {
        return api::CleanImage{"jpg", 1, 1, "<html>", ""};
    };
    EXPECT_EQ(files->store(upload(jpg(4, 4)), acceptance()).error().code, ErrorCode::plugin_fault)
        << "a worker that returns something else than a picture is not believed";
    EXPECT_TRUE(blobs().empty());
}

TEST_P(FilesTest, AStandardThatTheInspectorDoesNotUnderstandIsNotThePicturesFault)
{
    images.inspection = [](const std::string&) -> Result<api::Inspection> {
        return fail(ErrorCode::invalid_argument, "a ground colour is r,g,b, not blue");
    };
    Acceptance measured = acceptance();
    measured.standard.emplace();
    EXPECT_EQ(files->store(upload(jpg(4, 4)), measured).error().code, ErrorCode::plugin_fault);
    EXPECT_TRUE(blobs().empty());
}

TEST_P(FilesTest, AFailedCheckIsKeptWithTheFileForTheCaseToJudge)
{
    images.inspection = [](const std::string& original) -> Result<api::Inspection> {
        EXPECT_EQ(original, jpg(480, 600)) << "measured is what the candidate sent";
        return api::Inspection{"jpg",          480, 600, {{"height", false, "480 × 600", "480 × 640"}},
                               {{1, 2, 3, 4}}, {}};
    };
    Acceptance measured = acceptance();
    measured.standard.emplace();
    measured.standard->height = 640;
    const auto file = files->store(upload(jpg(480, 600)), measured);
    ASSERT_TRUE(file);
    EXPECT_EQ(images.last_standard.height, 640);
    const Json stored = files->find(file->id).value()->inspection;
    EXPECT_EQ(stored["checks"][0]["code"], "height");
    EXPECT_EQ(stored["checks"][0]["passed"], false);
    EXPECT_EQ(stored["faces"][0]["width"], 3);
}

TEST_P(FilesTest, ARemovedFileLosesItsBlobAndKeepsItsRow)
{
    const auto file = files->store(upload(jpg(4, 4)), acceptance());
    ASSERT_TRUE(file);
    ASSERT_TRUE(files->remove(file->id));
    ASSERT_TRUE(files->remove(file->id));
    EXPECT_TRUE(blobs().empty());
    EXPECT_TRUE(files->ofCase("case-1").value().empty());
    const auto row = files->find(file->id).value();
    ASSERT_TRUE(row);
    EXPECT_EQ(row->state, "removed");
    EXPECT_EQ(files->read(*row).error().code, ErrorCode::not_found);
}

TEST_P(FilesTest, BlobsOfTwoFilesCannotBeExchangedOnTheDisk)
{
    const auto first = files->store(upload(pdf), acceptance());
    const auto second = files->store(upload("%PDF-1.7\n<< /Other 1 >>\n%%EOF\n"), acceptance());
    ASSERT_TRUE(first && second);
    const Blobs store(tenant->file_dir);
    fs::rename(store.path(first->id, "original"), db.dir.path() + "/x");
    fs::rename(store.path(second->id, "original"), store.path(first->id, "original"));
    fs::rename(db.dir.path() + "/x", store.path(second->id, "original"));
    EXPECT_EQ(files->read(*first).error().code, ErrorCode::corrupt);
    EXPECT_EQ(files->faults().value().size(), 2u);
}

TEST_P(FilesTest, I11_MissingAndAlteredBlobsAreFaultsAndStraysAreSweptAfterADay)
{
    const auto kept = files->store(upload(pdf), acceptance());
    ASSERT_TRUE(kept);
    EXPECT_TRUE(files->faults().value().empty());
    const Blobs store(tenant->file_dir);
    ASSERT_TRUE(store.write("strayofcrash00", "original", "x"));
    ASSERT_TRUE(store.write("strayofcrash01", "original", "x"));
    fs::last_write_time(store.path("strayofcrash00", "original"),
                        fs::file_time_type::clock::now() - std::chrono::hours(25));
    fs::last_write_time(store.path(kept->id, "original"),
                        fs::file_time_type::clock::now() - std::chrono::hours(25));
    EXPECT_EQ(files->sweep().value(), 1);
    EXPECT_TRUE(fs::exists(store.path("strayofcrash01", "original"))) << "its row may be on the way";
    EXPECT_EQ(files->read(*kept).value(), pdf);
    fs::remove(store.path(kept->id, "original"));
    EXPECT_THAT(files->faults().value(), testing::ElementsAre(kept->id));
    EXPECT_EQ(files->read(*kept).error().reason, "blob_missing");
}

TEST_P(FilesTest, ADiskThatCannotBeWrittenLeavesNoRow)
{
    fs::remove_all(tenant->file_dir);
    std::ofstream(tenant->file_dir) << "a file where the folder should be";
    EXPECT_EQ(files->store(upload(pdf), acceptance()).error().code, ErrorCode::unavailable);
    EXPECT_TRUE(files->ofCase("case-1").value().empty());
}

} // namespace
} // namespace zikao::files
