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

const auto kBlue = drawing::Colour::parse("#438edb");

std::string portrait(int faces, drawing::Colour ground = kBlue)
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
    EXPECT_EQ(found.checks.size(), 8U);
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
    EXPECT_FALSE(check(inspected(portrait(1, drawing::Colour::parse("#c82828")), standard), "ground").passed);
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

TEST(PhotoInspect, XJ_REG_02_a_head_that_is_too_small_is_told_by_its_share_of_the_width)
{
    drawing::Portrait wanted;
    wanted.face_share = 0.2;
    const auto one = check(inspected(jpegOf(drawing::drawPortrait(wanted)), faceStandard()), "face_size");
    EXPECT_FALSE(one.passed);
    EXPECT_THAT(one.found, testing::MatchesRegex("2[0-9]%"));
    EXPECT_EQ(one.allowed, "35%～85%");
}

TEST(PhotoInspect, XJ_REG_02_a_head_at_the_edge_is_told_on_which_side)
{
    drawing::Portrait wanted;
    wanted.off_centre = true;
    const auto found = inspected(jpegOf(drawing::drawPortrait(wanted)), faceStandard());
    EXPECT_TRUE(check(found, "face_count").passed);
    EXPECT_FALSE(check(found, "face_position").passed);
    EXPECT_EQ(check(found, "face_position").found, "偏左");
    EXPECT_TRUE(check(found, "eyes").passed);
}

TEST(PhotoInspect, XJ_REG_02_closed_eyes_fail_alone)
{
    drawing::Portrait wanted;
    wanted.eyes_closed = true;
    const auto found = inspected(jpegOf(drawing::drawPortrait(wanted)), faceStandard());
    EXPECT_FALSE(check(found, "eyes").passed);
    EXPECT_TRUE(check(found, "face_count").passed);
    EXPECT_TRUE(check(found, "face_position").passed);
}

TEST(PhotoInspect, XJ_REG_02_one_person_is_one_face_at_every_usual_size_of_photograph)
{
    for (const auto& [width, height] :
         {std::pair{295, 413}, {413, 579}, {480, 640}, {626, 413}, {1200, 1680}}) {
        drawing::Portrait wanted;
        wanted.width = width;
        wanted.height = height;
        wanted.face_share = width > height ? 0.36 : wanted.face_share;
        const auto one =
            check(inspected(jpegOf(drawing::drawPortrait(wanted)), faceStandard()), "face_count");
        EXPECT_TRUE(one.passed) << width << ": " << one.found;
    }
}

TEST(PhotoInspect, a_shadow_on_a_ground_of_the_right_colour_fails_its_evenness_alone)
{
    drawing::Portrait wanted;
    wanted.uneven_ground = true;
    api::PhotoStandard standard;
    standard.grounds = {"247,247,250"};
    const auto found = inspected(jpegOf(drawing::drawPortrait(wanted)), standard);
    EXPECT_FALSE(check(found, "ground_even").passed);
    EXPECT_TRUE(check(inspected(portrait(1, drawing::Portrait{}.ground), standard), "ground_even").passed);
}

TEST(PhotoInspect, measures_are_written_for_people)
{
    api::PhotoStandard standard;
    standard.types = {"png"};
    standard.min_bytes = 300 * 1024;
    standard.max_bytes = 400 * 1024;
    standard.grounds = {"255,255,255", "67,142,219"};
    const auto found = inspected(portrait(1, drawing::Colour::parse("#c82828")), standard);
    EXPECT_EQ(check(found, "type").found, "jpg");
    EXPECT_THAT(check(found, "bytes").found, testing::MatchesRegex("[0-9]+(\\.[0-9])? KB"));
    EXPECT_EQ(check(found, "bytes").allowed, "300 KB～400 KB");
    EXPECT_EQ(check(found, "ground").found, "红色");
    EXPECT_EQ(check(found, "ground").allowed, "白色、蓝色");
}

TEST(PhotoInspect, a_ground_that_is_no_colour_is_the_standards_fault_and_said)
{
    api::PhotoStandard standard;
    standard.grounds = {"blue"};
    const auto found = inspector()->inspect(portrait(1), standard);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, testing::HasSubstr("blue"));
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
    const auto cleaned = inspector()->clean(bytes, {});
    ASSERT_TRUE(cleaned) << cleaned.error().message;
    EXPECT_THAT(cleaned->bytes, testing::Not(testing::HasSubstr(secret)));
    EXPECT_EQ(cleaned->type, "jpg");
    EXPECT_EQ(cleaned->width, 295);
    EXPECT_EQ(cleaned->height, 413);
}

TEST(PhotoInspect, a_preview_is_at_most_480_pixels_wide)
{
    const auto cleaned = inspector()->clean(jpegOf(cv::Mat(600, 1200, CV_8UC3, {200, 180, 160})), {});
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
    EXPECT_TRUE(inspector()->clean(line, {}));
}

TEST(PhotoInspect, a_missing_cascade_is_named_when_the_plugin_is_made)
{
    const auto made = Inspector::create({R"({"cascade_dir": "/nowhere"})", ""});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, testing::HasSubstr("/nowhere"));
}

} // namespace
} // namespace zikao::photo
