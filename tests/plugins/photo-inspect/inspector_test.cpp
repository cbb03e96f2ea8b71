#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "plugins/photo-inspect/inspector.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/tools/picture/portrait.hpp"

namespace zikao::photo {
namespace {

std::unique_ptr<api::ImageInspector> inspector()
{
    auto made = Inspector::create({"{}", ""});
    if (!made)
        throw std::runtime_error(made.error().message);
    return std::move(*made);
}

std::string jpegOf(const cv::Mat& picture)
{
    return *picture::encodeJpeg(picture, 92);
}

std::string portrait(int faces, cv::Scalar ground = {219, 142, 67})
{
    drawing::Portrait wanted;
    wanted.faces = faces;
    wanted.ground = ground;
    return jpegOf(drawing::drawPortrait(wanted));
}

/// The check of a code, or one that never is when the inspection did not make it.
api::PhotoCheck check(const api::Inspection& inspection, const std::string& code)
{
    for (const api::PhotoCheck& one : inspection.checks)
        if (one.code == code)
            return one;
    return {"not made", false, "", ""};
}

api::Inspection inspected(const std::string& bytes, const api::PhotoStandard& standard)
{
    auto found = inspector()->inspect(bytes, standard);
    if (!found)
        throw std::runtime_error(found.error().message);
    return *found;
}

api::PhotoStandard faceStandard()
{
    api::PhotoStandard standard;
    standard.face = true;
    return standard;
}

TEST(PhotoInspect, XJ_REG_02_a_portrait_with_one_face_and_both_eyes_passes_every_check)
{
    api::PhotoStandard standard = faceStandard();
    standard.types = {"jpg", "png"};
    standard.max_bytes = 200 * 1024;
    standard.width = 295;
    standard.height = 413;
    const auto found = inspected(portrait(1), standard);
    for (const api::PhotoCheck& one : found.checks)
        EXPECT_TRUE(one.passed) << one.code << ": " << one.found << ", asked " << one.allowed;
    EXPECT_EQ(found.checks.size(), 7U);
}

TEST(PhotoInspect, XJ_REG_02_a_picture_without_a_face_is_told_so)
{
    const auto one = check(inspected(portrait(0), faceStandard()), "face_count");
    EXPECT_FALSE(one.passed);
    EXPECT_EQ(one.found, "0");
}

TEST(PhotoInspect, XJ_REG_02_two_faces_are_one_too_many)
{
    const auto one = check(inspected(portrait(2), faceStandard()), "face_count");
    EXPECT_FALSE(one.passed);
    EXPECT_EQ(one.found, "2");
}

TEST(PhotoInspect, XJ_REG_02_width_and_height_are_compared_exactly)
{
    api::PhotoStandard standard;
    standard.width = 296;
    standard.height = 413;
    const auto found = inspected(portrait(1), standard);
    EXPECT_FALSE(check(found, "width").passed);
    EXPECT_EQ(check(found, "width").found, "295");
    EXPECT_TRUE(check(found, "height").passed);
}

TEST(PhotoInspect, XJ_REG_02_bytes_count_up_to_and_with_the_limit)
{
    const std::string bytes = portrait(1);
    api::PhotoStandard standard;
    standard.max_bytes = static_cast<std::int64_t>(bytes.size());
    EXPECT_TRUE(check(inspected(bytes, standard), "bytes").passed);
    --standard.max_bytes;
    EXPECT_FALSE(check(inspected(bytes, standard), "bytes").passed);
}

TEST(PhotoInspect, a_ground_of_another_colour_fails)
{
    api::PhotoStandard standard;
    standard.grounds = {"67,142,219"};
    EXPECT_TRUE(check(inspected(portrait(1), standard), "ground").passed);
    EXPECT_FALSE(check(inspected(portrait(1, {40, 40, 200}), standard), "ground").passed);
}

TEST(PhotoInspect, a_blurred_picture_fails_the_sharpness)
{
    api::PhotoStandard standard;
    standard.min_sharpness = 10;
    cv::Mat picture = drawing::drawPortrait({});
    const auto sharp = check(inspected(jpegOf(picture), standard), "sharpness");
    EXPECT_TRUE(sharp.passed) << sharp.found;
    cv::GaussianBlur(picture, picture, {0, 0}, 6);
    EXPECT_FALSE(check(inspected(jpegOf(picture), standard), "sharpness").passed);
}

TEST(PhotoInspect, C43_a_truncated_picture_is_unreadable)
{
    const std::string bytes = portrait(1);
    const auto found = inspector()->inspect(bytes.substr(0, bytes.size() / 2), {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().reason, "image_unreadable");
}

TEST(PhotoInspect, C44_a_cleaned_picture_carries_nothing_of_the_original_but_its_look)
{
    // A comment segment behind the start marker, where cameras and attackers put what nobody should see.
    std::string bytes = portrait(1);
    const std::string secret = "where it was taken";
    bytes.insert(2, std::string("\xFF\xFE\x00", 3) + static_cast<char>(secret.size() + 2) + secret);
    const auto cleaned = inspector()->clean(bytes);
    ASSERT_TRUE(cleaned) << cleaned.error().message;
    EXPECT_THAT(cleaned->bytes, testing::Not(testing::HasSubstr(secret)));
    EXPECT_EQ(cleaned->type, "jpg");
    EXPECT_EQ(cleaned->width, 295);
    EXPECT_EQ(cleaned->height, 413);
}

TEST(PhotoInspect, a_preview_is_at_most_480_pixels_wide)
{
    const auto cleaned = inspector()->clean(jpegOf(cv::Mat(600, 1200, CV_8UC3, {200, 180, 160})));
    ASSERT_TRUE(cleaned) << cleaned.error().message;
    const auto preview = picture::readHeader(cleaned->preview_jpg);
    ASSERT_TRUE(preview);
    EXPECT_EQ(preview->width, 480);
    EXPECT_EQ(preview->height, 240);
}

TEST(PhotoInspect, C43_a_picture_one_pixel_high_is_measured_and_cleaned_like_any_other)
{
    const std::string line = jpegOf(cv::Mat(1, 5000, CV_8UC3, {200, 180, 160}));
    api::PhotoStandard standard = faceStandard();
    standard.min_sharpness = 1;
    EXPECT_FALSE(check(inspected(line, standard), "face_count").passed);
    EXPECT_TRUE(inspector()->clean(line));
}

TEST(PhotoInspect, a_missing_cascade_is_named_when_the_plugin_is_made)
{
    const auto made = Inspector::create({R"({"cascade_dir": "/nowhere"})", ""});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, testing::HasSubstr("/nowhere"));
}

} // namespace
} // namespace zikao::photo
