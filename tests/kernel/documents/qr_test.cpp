#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "kernel/documents/documents.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;

namespace {

constexpr const char* kPaymentText = "weixin://wxpay/bizpayurl?pr=p4lpSuKzz&amount=3700";

/// Draws the paths of an SVG of ours ("M x y h n v1h-n z") with nothing but what they say.
cv::Mat draw(const std::string& svg)
{
    const auto number = [&](std::size_t& at) {
        std::size_t used = 0;
        const int value = std::stoi(svg.substr(at, 12), &used);
        at += used;
        return value;
    };
    std::size_t at = svg.find("viewBox=\"0 0 ") + 13;
    const int side = number(at);
    constexpr int kScale = 6;
    cv::Mat picture(side * kScale, side * kScale, CV_8UC3, cv::Scalar(255, 255, 255));
    at = svg.find("fill=\"#000\"");
    at = svg.find("d=\"", at);
    while ((at = svg.find('M', at)) != std::string::npos) {
        const int x = number(++at);
        const int y = number(++at);
        const int run = number(++at);
        picture(cv::Rect(x * kScale, y * kScale, run * kScale, kScale)).setTo(cv::Scalar(0, 0, 0));
    }
    return picture;
}

std::string scan(const cv::Mat& picture)
{
    const test::OutputFolder folder;
    return test::scanCode(folder.write("code.png", picture::encodePng(picture).value()));
}

} // namespace

TEST(Qr, APhoneReadsTheTextOffTheSvg)
{
    const auto svg = documents::qrSvg(kPaymentText);
    ASSERT_TRUE(svg);
    EXPECT_EQ(scan(draw(*svg)), kPaymentText);
}

TEST(Qr, APhoneReadsTheTextOffThePng)
{
    const auto png = documents::qrPng(kPaymentText, 5);
    ASSERT_TRUE(png);
    const auto picture = picture::decode(*png);
    ASSERT_TRUE(picture);
    EXPECT_EQ(scan(*picture), kPaymentText);
}

TEST(Qr, AReaderFindsFourLightModulesAroundTheCode)
{
    const auto png = documents::qrPng("A", 1);
    const auto picture = picture::decode(png.value());
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->cols, 21 + 8);
    EXPECT_EQ(cv::mean((*picture)(cv::Rect(0, 0, picture->cols, 4)))[0], 255);
    EXPECT_EQ(picture->at<cv::Vec3b>(4, 4)[0], 0) << "the finder pattern begins right after the quiet zone";
}

TEST(Qr, TheTextOfAPaymentCodeDoesNotStandInThePageSource)
{
    EXPECT_EQ(documents::qrSvg(kPaymentText).value().find("wxpay"), std::string::npos);
}

TEST(Qr, NothingAndTooMuchAreRefused)
{
    EXPECT_EQ(documents::qrSvg("").error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(documents::qrSvg(std::string(3000, 'x')).error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(documents::qrSvg(std::string(2000, 'x')));
    EXPECT_EQ(documents::qrPng("A", 0).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(documents::qrPng("A", 65).error().code, ErrorCode::invalid_argument);
}
