// The stricter standard of a diploma's portrait, point by point, on drawn portraits whose measures are known.
#include <csetjmp>
#include <cstdio>

#include <jpeglib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/geometry.hpp"
#include "plugins/photo-inspect/inspector.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/tools/picture/degrade.hpp"
#include "tests/tools/picture/portrait.hpp"

namespace zikao::photo {
namespace {

using enum api::PhotoVerdict;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;

api::ImageInspector& inspector()
{
    static const auto made = Inspector::create({"{}", ""});
    if (!made)
        throw std::runtime_error(made.error().message);
    return **made;
}

api::PhotoStandard standard()
{
    api::PhotoStandard asked;
    asked.types = {"jpg"};
    asked.min_bytes = 20'480;
    asked.max_bytes = 40'960;
    asked.width = 480;
    asked.height = 640;
    asked.face = true;
    asked.grounds = {"100,197,255", "255,255,255"};
    asked.min_sharpness = 20;
    asked.dpi = 300;
    asked.min_quality = 60;
    asked.true_colour = true;
    asked.plain_file = true;
    asked.hairline = {50, 110};
    asked.eye_line = {200, 300};
    asked.face_width = {180, 300};
    asked.max_tilt = 5;
    asked.max_off_centre = 30;
    asked.borderline = 8;
    return asked;
}

/// A head of the right size in the right place before light blue.
drawing::Portrait rightHead()
{
    drawing::Portrait head;
    head.width = 480;
    head.height = 640;
    head.ground = drawing::Colour::parse("#64c5ff");
    head.face_share = 0.5;
    head.eye_line = 262;
    return head;
}

/// With the grain of a camera, so that it has the size of a photograph.
cv::Mat grained(const drawing::Portrait& head)
{
    drawing::Damage damage;
    damage.noise = 5;
    damage.seed = 1;
    return drawing::degrade(drawing::drawPortrait(head), damage);
}

std::string right(const drawing::Portrait& head = rightHead())
{
    return *picture::encodeJpeg(grained(head), 80, 300);
}

/// A comment before everything else makes a file as large as is wanted.
std::string ofSize(std::string bytes, std::size_t wanted)
{
    const std::size_t length = wanted - bytes.size() - 2;
    std::string comment = "\xFF\xFE";
    comment += static_cast<char>(length >> 8);
    comment += static_cast<char>(length & 0xFF);
    comment += std::string(length - 2, ' ');
    return bytes.insert(2, comment);
}

/// The same picture stored as few programs do. @param components  4: CMYK
std::string oddJpeg(const cv::Mat& bgr, bool progressive, int components)
{
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* data = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &data, &size);
    info.image_width = static_cast<JDIMENSION>(bgr.cols);
    info.image_height = static_cast<JDIMENSION>(bgr.rows);
    info.input_components = components;
    info.in_color_space = components == 4 ? JCS_CMYK : JCS_EXT_BGR;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 80, TRUE);
    info.density_unit = 1;
    info.X_density = info.Y_density = 300;
    if (progressive)
        jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    std::vector<unsigned char> line(static_cast<std::size_t>(bgr.cols * components));
    while (info.next_scanline < info.image_height) {
        const int y = static_cast<int>(info.next_scanline);
        for (int x = 0; x < bgr.cols; ++x) {
            const cv::Vec3b pixel = bgr.at<cv::Vec3b>(y, x);
            auto* to = &line[static_cast<std::size_t>(x * components)];
            for (int i = 0; i < 3; ++i)
                to[i] = components == 4 ? pixel[2 - i] : pixel[i];
            if (components == 4)
                to[3] = 255; // Adobe's way round: no black
        }
        JSAMPROW row = line.data();
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::string bytes(reinterpret_cast<const char*>(data), size);
    std::free(data);
    return bytes;
}

/// Says that the camera was held on its side.
std::string rotatedByExif(std::string bytes, char orientation)
{
    const std::string exif = std::string("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 24) +
                             orientation + std::string("\0\0\0\0\0\0\0", 7);
    const std::size_t length = exif.size() + 2;
    return bytes.insert(2, std::string("\xFF\xE1") + static_cast<char>(length >> 8) +
                               static_cast<char>(length & 0xFF) + exif);
}

api::Inspection inspected(const std::string& bytes, const api::PhotoStandard& asked = standard())
{
    auto found = inspector().inspect(bytes, asked);
    if (!found)
        throw std::runtime_error(found.error().message);
    return *found;
}

api::PhotoCheck check(const api::Inspection& inspection, const std::string& code)
{
    for (const api::PhotoCheck& one : inspection.checks)
        if (one.code == code)
            return one;
    return {"not made", false, "", ""};
}

std::vector<std::string> failures(const api::Inspection& inspection)
{
    std::vector<std::string> codes;
    for (const api::PhotoCheck& one : inspection.checks)
        if (one.verdict == failed)
            codes.push_back(one.code + " " + one.found + " of " + one.allowed);
    return codes;
}

std::vector<std::string> failedCodes(const std::string& bytes, const api::PhotoStandard& asked = standard())
{
    std::vector<std::string> codes;
    for (const api::PhotoCheck& one : inspected(bytes, asked).checks)
        if (one.verdict == failed)
            codes.push_back(one.code);
    return codes;
}

double found(const api::Inspection& inspection, const std::string& code)
{
    return std::stod(check(inspection, code).found);
}

} // namespace

TEST(PhotoStandard, AH_PHO_14_APortraitThatKeepsTheStandardPassesEveryPointWithItsFigures)
{
    const auto all = inspected(right());
    EXPECT_THAT(failures(all), IsEmpty());
    for (const char* code :
         {"type",     "bytes",      "width",      "height", "dpi",         "quality",  "true_colour",
          "baseline", "upright",    "face_count", "eyes",   "face_points", "hairline", "eye_line",
          "eye_tilt", "face_width", "centre",     "ground", "ground_even", "sharpness"}) {
        EXPECT_FALSE(check(all, code).found.empty()) << code;
        EXPECT_FALSE(check(all, code).allowed.empty()) << code;
    }
    EXPECT_EQ(all.checks.size(), 20U) << "what is measured in pixels is not judged by shares as well";
    EXPECT_NEAR(found(all, "eye_line"), 262, 6);
    EXPECT_NEAR(found(all, "hairline"), 262 - 0.74 * 240, 6);
    EXPECT_NEAR(found(all, "face_width"), 0.96 * 240, 15);
    ASSERT_EQ(all.points.size(), 5U);
    EXPECT_EQ(all.points[0].name, "hairline");
    EXPECT_EQ(all.points[1].name, "left_eye");
    EXPECT_LT(all.points[1].x, all.points[2].x);
}

TEST(PhotoStandard, AH_PHO_14_TheEndsOfARangeBelongToItAndTheNextPixelDoesNot)
{
    EXPECT_EQ(judge(199, 200, 300, 8), failed);
    EXPECT_EQ(judge(200, 200, 300, 8), borderline);
    EXPECT_EQ(judge(207, 200, 300, 8), borderline);
    EXPECT_EQ(judge(208, 200, 300, 8), passed);
    EXPECT_EQ(judge(292, 200, 300, 8), passed);
    EXPECT_EQ(judge(293, 200, 300, 8), borderline);
    EXPECT_EQ(judge(300, 200, 300, 8), borderline);
    EXPECT_EQ(judge(301, 200, 300, 8), failed);
    EXPECT_EQ(judge(200, 200, 300, 0), passed);
    EXPECT_EQ(judge(0, 0, 5, 2), passed) << "nought is not near a limit where less is better";
}

TEST(PhotoStandard, AH_PHO_14_EyesTooHighOrTooLowFailByTheirLine)
{
    for (const double line : {190.0, 310.0}) {
        drawing::Portrait head = rightHead();
        head.eye_line = line;
        const auto all = inspected(right(head));
        EXPECT_EQ(check(all, "eye_line").verdict, failed) << line << ": " << check(all, "eye_line").found;
        EXPECT_EQ(check(all, "eye_line").allowed, "200～300");
    }
}

TEST(PhotoStandard, AH_PHO_14_EyesNearALimitAreForTheReviewer)
{
    drawing::Portrait head = rightHead();
    head.face_share = 0.44;
    head.eye_line = 204;
    const auto all = inspected(right(head));
    EXPECT_EQ(check(all, "eye_line").verdict, borderline) << check(all, "eye_line").found;
    EXPECT_TRUE(check(all, "eye_line").passed);
}

TEST(PhotoStandard, AH_PHO_15_TiltedEyesFail)
{
    drawing::Damage damage;
    damage.noise = 5;
    damage.rotate = 9;
    const cv::Mat tilted = drawing::degrade(drawing::drawPortrait(rightHead()), damage);
    const auto all = inspected(*picture::encodeJpeg(tilted, 80, 300));
    EXPECT_EQ(check(all, "eye_tilt").verdict, failed) << check(all, "eye_tilt").found;
    EXPECT_NEAR(found(all, "eye_tilt"), 9, 2);
}

TEST(PhotoStandard, AH_PHO_14_AFaceTooNarrowTooWideOrBesideTheMiddleFails)
{
    drawing::Portrait head = rightHead();
    head.face_share = 0.33;
    EXPECT_THAT(failedCodes(right(head)), Contains("face_width"));
    head.face_share = 0.72;
    EXPECT_THAT(failedCodes(right(head)), Contains("face_width"));
    head = rightHead();
    head.middle = 0.40;
    const auto all = inspected(right(head));
    EXPECT_EQ(check(all, "centre").verdict, failed);
    EXPECT_NEAR(found(all, "centre"), 48, 8);
}

TEST(PhotoStandard, AH_PHO_13_BytesCountFromTheFirstToTheLast)
{
    const std::string small = *picture::encodeJpeg(drawing::drawPortrait(rightHead()), 62, 300);
    ASSERT_LT(small.size(), 20'000U);
    const auto bytes = [&](std::size_t size) {
        return check(inspected(ofSize(small, size)), "bytes").passed;
    };
    EXPECT_FALSE(bytes(20'479));
    EXPECT_TRUE(bytes(20'480));
    EXPECT_TRUE(bytes(40'960));
    EXPECT_FALSE(bytes(40'961));
}

TEST(PhotoStandard, AH_PHO_13_AnotherSizeTypeResolutionOrQualityIsRefused)
{
    EXPECT_THAT(failedCodes(*picture::encodePng(drawing::drawPortrait(rightHead()), 300)), Contains("type"));
    drawing::Portrait narrow = rightHead();
    narrow.width = 479;
    EXPECT_THAT(failedCodes(right(narrow)), testing::ElementsAre("width"));
    const cv::Mat picture = grained(rightHead());
    EXPECT_THAT(failedCodes(*picture::encodeJpeg(picture, 80, 96)), testing::ElementsAre("dpi"));
    EXPECT_EQ(check(inspected(*picture::encodeJpeg(picture, 80)), "dpi").found, "未注明");
    for (const int quality : {40, 59, 60, 61, 75, 90, 95}) {
        const auto one = check(inspected(*picture::encodeJpeg(picture, quality, 300)), "quality");
        EXPECT_NEAR(std::stoi(one.found), quality, 1);
        EXPECT_EQ(one.passed, quality >= 60) << quality << ": " << one.found;
    }
}

TEST(PhotoStandard, AH_PHO_13_PrintingColoursAreNoTrueColour)
{
    const auto all = inspected(oddJpeg(grained(rightHead()), false, 4));
    EXPECT_EQ(check(all, "true_colour").verdict, failed);
    EXPECT_EQ(check(all, "true_colour").found, "CMYK 印刷色");
    EXPECT_TRUE(check(all, "face_count").passed) << "it is still looked at";
}

TEST(PhotoStandard, AProgressiveFileAndOneThatIsTurnedByAMarkAreTold)
{
    const auto progressive = inspected(oddJpeg(grained(rightHead()), true, 3));
    EXPECT_EQ(check(progressive, "baseline").verdict, failed);
    EXPECT_EQ(check(progressive, "baseline").found, "渐进式存储");
    const auto turned = inspected(rotatedByExif(right(), 6));
    EXPECT_EQ(check(turned, "upright").verdict, failed);
    EXPECT_EQ(turned.width, 640) << "measured as displayed";
    EXPECT_TRUE(check(inspected(rotatedByExif(right(), 1)), "upright").passed);
}

TEST(PhotoStandard, AH_PHO_15_WithoutAFaceOrWithTwoThePointsAreMissingAndSaid)
{
    drawing::Portrait nobody = rightHead();
    nobody.faces = 0;
    const auto none = inspected(right(nobody));
    EXPECT_EQ(check(none, "face_count").found, "0");
    EXPECT_EQ(check(none, "face_points").verdict, failed);
    EXPECT_EQ(check(none, "face_points").found, "没有唯一的人脸");
    EXPECT_EQ(check(none, "eye_line").code, "not made") << "what was not found is not judged";
    EXPECT_TRUE(none.points.empty());
    drawing::Portrait two = rightHead();
    two.faces = 2;
    two.eye_line = 0;
    EXPECT_EQ(check(inspected(right(two)), "face_count").found, "2");
    drawing::Portrait asleep = rightHead();
    asleep.eyes_closed = true;
    EXPECT_EQ(check(inspected(right(asleep)), "face_points").found, "没有看清双眼");
}

TEST(PhotoStandard, AH_PHO_15_AHeadCutOffAboveHasNoTop)
{
    drawing::Portrait high = rightHead();
    high.eye_line = 120;
    EXPECT_EQ(check(inspected(right(high)), "face_points").found, "没有看清头顶");
}

TEST(PhotoStandard, AH_PHO_07_OnlyTheTwoGroundsPass)
{
    const auto ground = [](const char* colour) {
        drawing::Portrait head = rightHead();
        head.ground = drawing::Colour::parse(colour);
        return check(inspected(right(head)), "ground").verdict;
    };
    EXPECT_EQ(ground("#64c5ff"), passed);
    EXPECT_EQ(ground("#ffffff"), passed);
    EXPECT_EQ(ground("#438edb"), failed);
    EXPECT_EQ(ground("#c82828"), failed);
    EXPECT_EQ(ground("#d8d8d8"), borderline);
}

TEST(PhotoStandard, AScreenshotIsNoPortrait)
{
    cv::Mat screen(1080, 1920, CV_8UC3, {250, 250, 250});
    for (int y = 80; y < 1000; y += 40)
        cv::putText(screen, "0123 login password captcha", {60, y}, cv::FONT_HERSHEY_SIMPLEX, 0.8,
                    {40, 40, 40}, 2);
    const auto codes = failedCodes(*picture::encodePng(screen, 96));
    for (const char* code : {"type", "width", "height", "face_count", "face_points"})
        EXPECT_THAT(codes, Contains(code));
}

TEST(PhotoStandard, C43_ABombAndATruncatedFileAreRefusedBeforeTheyAreMeasured)
{
    std::string bomb = right();
    const std::size_t frame = bomb.find("\xFF\xC0");
    ASSERT_NE(frame, std::string::npos);
    for (const std::size_t at : {5, 6, 7, 8})
        bomb[frame + at] = '\x7F';
    EXPECT_EQ(inspector().inspect(bomb, standard()).error().reason, "image_too_many_pixels");
    const std::string whole = right();
    EXPECT_EQ(inspector().inspect(whole.substr(0, whole.size() - 200), standard()).error().reason,
              "image_unreadable");
}

TEST(PhotoStandard, AH_PHO_16_WhatIsKeptStillKeepsTheStandard)
{
    for (const int quality : {62, 70, 80, 88}) {
        const std::string bytes = *picture::encodeJpeg(grained(rightHead()), quality, 300);
        if (bytes.size() < 20'480 || bytes.size() > 40'960)
            continue;
        const auto cleaned = inspector().clean(bytes, standard());
        ASSERT_TRUE(cleaned) << cleaned.error().message;
        EXPECT_THAT(failures(inspected(cleaned->bytes)), IsEmpty()) << quality;
    }
    const auto rewritten = inspector().clean(*picture::encodeJpeg(grained(rightHead()), 80, 96), standard());
    EXPECT_EQ(picture::readHeader(rewritten->bytes)->dpi, 300) << "another resolution is rewritten";
}

TEST(PhotoStandard, XJ_REG_02_AStandardThatAsksNoneOfThisIsJudgedAsEver)
{
    api::PhotoStandard plain;
    plain.face = true;
    const auto all = inspected(right(), plain);
    EXPECT_EQ(all.checks.size(), 4U);
    for (const char* code : {"face_count", "face_size", "face_position", "eyes"})
        EXPECT_TRUE(check(all, code).passed) << code;
    EXPECT_TRUE(all.points.empty());
}

} // namespace zikao::photo
