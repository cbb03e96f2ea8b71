#include "kernel/identity/captcha_image.hpp"

#include <cairo.h>
#include <gtest/gtest.h>

namespace zikao::identity {
namespace {

struct Picture
{
    int width = 0, height = 0, dark = 0;
};

/// Reads a PNG back and counts pixels dark enough to be ink.
Picture read(const std::string& png)
{
    std::string_view rest = png;
    const auto next = [](void* closure, unsigned char* data, unsigned int length) {
        auto& from = *static_cast<std::string_view*>(closure);
        if (from.size() < length)
            return CAIRO_STATUS_READ_ERROR;
        std::copy_n(from.data(), length, reinterpret_cast<char*>(data));
        from.remove_prefix(length);
        return CAIRO_STATUS_SUCCESS;
    };
    cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(next, &rest);
    Picture picture{cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), 0};
    const unsigned char* pixels = cairo_image_surface_get_data(surface);
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x) {
            const unsigned char* pixel = pixels + y * cairo_image_surface_get_stride(surface) + x * 4;
            picture.dark += pixel[0] + pixel[1] + pixel[2] < 3 * 110;
        }
    cairo_surface_destroy(surface);
    return picture;
}

TEST(CaptchaImage, IsAPictureOfTheRightSizeWithAsMuchInkAsItsLetters)
{
    const Picture five = read(drawCaptcha("ACEFH", 7).value());
    EXPECT_EQ(five.width, kCaptchaWidth);
    EXPECT_EQ(five.height, kCaptchaHeight);
    const Picture one = read(drawCaptcha("A", 7).value());
    EXPECT_GT(five.dark, one.dark + 400) << "letters are missing";
    EXPECT_LT(five.dark, kCaptchaWidth * kCaptchaHeight / 3) << "noise covers the letters";
}

TEST(CaptchaImage, DiffersForTheSameAnswerSoThatNoTableOfPicturesHelps)
{
    EXPECT_EQ(drawCaptcha("ACEFH", 7).value(), drawCaptcha("ACEFH", 7).value());
    EXPECT_NE(drawCaptcha("ACEFH", 7).value(), drawCaptcha("ACEFH", 8).value());
}

TEST(CaptchaImage, AnswersUseTheWholeAlphabetAndNothingElse)
{
    std::set<char> seen;
    for (int i = 0; i < 400; ++i)
        for (const char c : newCaptchaText(5))
            seen.insert(c);
    EXPECT_EQ(seen, std::set<char>(kCaptchaAlphabet.begin(), kCaptchaAlphabet.end()));
    EXPECT_EQ(newCaptchaText(4).size(), 4u);
}

TEST(CaptchaImage, AnswersAreComparedWithoutCaseAndSpaces)
{
    EXPECT_EQ(normalCaptchaAnswer(" aC3 f"), "AC3F");
    EXPECT_NE(normalCaptchaAnswer("ACE"), normalCaptchaAnswer("ACF"));
}

} // namespace
} // namespace zikao::identity
