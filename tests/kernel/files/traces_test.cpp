#include "kernel/files/traces.hpp"

#include <gmock/gmock.h>

#include "tests/kernel/files/pictures.hpp"

namespace zikao::files {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string with(const std::string& segment)
{
    std::string picture = jpg(480, 640);
    picture.insert(2, segment);
    return picture;
}

/// An EXIF block with one entry, in either byte order.
std::string exif(bool little, int tag)
{
    const std::string head = little ? bytes({'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, tag & 0xFF, tag >> 8})
                                    : bytes({'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, tag >> 8, tag & 0xFF});
    return std::string("Exif\0\0", 6) + head + std::string(10, '\0');
}

std::string table(int each)
{
    return jpgSegment(0xDB, bytes({0}) + std::string(64, static_cast<char>(each)));
}

TEST(Traces, XZ_REG_04_AnHonestPictureHasNone)
{
    EXPECT_THAT(tracesOf(jpg(480, 640)), IsEmpty());
    EXPECT_THAT(tracesOf(with(jpgSegment(0xE1, exif(true, 0x010F)))), IsEmpty()) << "a camera names itself";
    EXPECT_THAT(tracesOf(with(table(17))), IsEmpty());
    EXPECT_THAT(tracesOf(png(480, 640)), IsEmpty());
}

TEST(Traces, XZ_REG_04_ProgramsThatWriteTheirNameAreNamed)
{
    EXPECT_THAT(tracesOf(with(jpgSegment(0xE1, exif(true, 0x0131)))), ElementsAre("software"));
    EXPECT_THAT(tracesOf(with(jpgSegment(0xE1, exif(false, 0x0131)))), ElementsAre("software"));
    EXPECT_THAT(tracesOf(with(jpgSegment(0xED, "Photoshop 3.0"))), ElementsAre("photoshop"));
    EXPECT_THAT(tracesOf(with(jpgSegment(0xE1, "http://ns.adobe.com/xap/1.0/ xmp:CreatorTool"))),
                ElementsAre("xmp"));
}

TEST(Traces, XZ_REG_04_ACoarseTableTellsOfRecompression)
{
    EXPECT_THAT(tracesOf(with(table(60))), ElementsAre("recompressed"));
}

TEST(Traces, WhatIsCutOffOrLiesOutsideIsReadAsNothing)
{
    const std::string whole = with(jpgSegment(0xE1, exif(true, 0x0131)));
    for (std::size_t size = 0; size < whole.size(); ++size)
        static_cast<void>(tracesOf(whole.substr(0, size)));
    EXPECT_THAT(tracesOf(with(jpgSegment(0xE1, std::string("Exif\0\0II*\0\xFF\xFF\xFF\xFF", 14)))),
                IsEmpty());
}

} // namespace
} // namespace zikao::files
