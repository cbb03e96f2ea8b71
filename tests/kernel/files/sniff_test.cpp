#include <gmock/gmock.h>

#include "kernel/files/files.hpp"
#include "tests/kernel/files/pictures.hpp"

namespace zikao::files {
namespace {

TEST(Sniff, KnowsATypeByItsContentAlone)
{
    EXPECT_EQ(sniffType(jpg(1, 1)), "jpg");
    EXPECT_EQ(sniffType(png(1, 1)), "png");
    EXPECT_EQ(sniffType("%PDF-1.7"), "pdf");
    EXPECT_EQ(sniffType(bytes({'P', 'K', 3, 4})), "zip");
    EXPECT_EQ(sniffType(bytes({'R', 'a', 'r', '!', 0x1A, 7, 0})), "rar");
    for (const std::string& other : {std::string(), std::string("GIF89a"), std::string("<svg"),
                                     std::string("\xFF\xD8"), std::string(" %PDF-1.7"), std::string("MZ")})
        EXPECT_EQ(sniffType(other), "") << other;
}

TEST(PictureHeaderTest, ReadsTheSizeOfAJpgAndNotTheOneInItsComment)
{
    const auto header = readPictureHeader(jpg(480, 640, 3));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->width, 480);
    EXPECT_EQ(header->height, 640);
    EXPECT_EQ(header->scans, 3);
    EXPECT_EQ(header->frames, 1);
}

TEST(PictureHeaderTest, ReadsTheSizeOfAPngAndCountsItsFrames)
{
    const auto header = readPictureHeader(png(50000, 70000));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->width, 50000);
    EXPECT_EQ(header->height, 70000);
    EXPECT_EQ(header->frames, 1);
    EXPECT_EQ(readPictureHeader(png(1, 1, pngChunk("acTL", big(9, 4) + big(0, 4))))->frames, 9);
    EXPECT_GT(readPictureHeader(png(1, 1, pngChunk("fdAT", "1234")))->frames, 1)
        << "frames without their count";
}

TEST(PictureHeaderTest, EveryTruncationIsDamageAndNeverReadsBeyond)
{
    for (const std::string& whole : {jpg(480, 640, 2), png(480, 640)})
        for (std::size_t length = 0; length < whole.size(); ++length) {
            // On the heap and of exact size, so that a sanitizer sees a byte read too far.
            const std::string cut(whole.substr(0, length));
            EXPECT_FALSE(readPictureHeader(cut)) << length;
        }
}

TEST(PictureHeaderTest, ChangedBytesNeverCrashIt)
{
    for (const std::string& whole : {jpg(480, 640, 2), png(480, 640)})
        for (std::size_t at = 0; at < whole.size(); ++at)
            for (const int value : {0x00, 0x7F, 0xDA, 0xFF}) {
                std::string changed = whole;
                changed[at] = static_cast<char>(value);
                static_cast<void>(readPictureHeader(changed));
            }
}

TEST(PictureHeaderTest, AHugeChunkLengthIsDamage)
{
    std::string picture = png(1, 1);
    picture.replace(33, 4, bytes({0xFF, 0xFF, 0xFF, 0xFF}));
    EXPECT_FALSE(readPictureHeader(picture));
}

TEST(PdfCheck, ActivePdfsAreRefusedAlsoWhenTheNameIsEscaped)
{
    const auto pdf = [](const std::string& body) { return "%PDF-1.7\n" + body + "\n%%EOF\n"; };
    EXPECT_TRUE(checkPdf(pdf("<< /Type /Catalog /JSON 1 /Launcher 2 >>")));
    for (const char* active : {"/JavaScript", "/JS (app.alert(1))", "/Launch", "/EmbeddedFile",
                               "/J#61vaScript", "/#4A#53", "/RichMedia", "/XFA["}) {
        const auto checked = checkPdf(pdf(std::string("<< ") + active + " >>"));
        ASSERT_FALSE(checked) << active;
        EXPECT_EQ(checked.error().reason, "file_active");
    }
    EXPECT_EQ(checkPdf("%PDF-1.7 cut off").error().reason, "file_damaged");
    EXPECT_EQ(checkPdf("junk %PDF-1.7 %%EOF").error().reason, "file_damaged");
}

} // namespace
} // namespace zikao::files
