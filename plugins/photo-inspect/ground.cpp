#include "plugins/photo-inspect/ground.hpp"

#include <algorithm>
#include <cstdio>

#include <opencv2/imgproc.hpp>

namespace zikao::photo {

namespace {

constexpr double kTop = 0.06, kSide = 0.10, kShoulders = 0.45; // shares of the picture
constexpr double kClose = 12;                                  // CIE 1976: a soft shadow still passes

cv::Vec3f lab(const cv::Vec3b& bgr)
{
    cv::Mat3f pixel(1, 1, cv::Vec3f(bgr) / 255.0F);
    cv::Mat3f converted;
    cv::cvtColor(pixel, converted, cv::COLOR_BGR2Lab);
    return converted(0, 0);
}

std::vector<cv::Vec3b> strip(const cv::Mat& bgr)
{
    const int top = std::max(1, static_cast<int>(bgr.rows * kTop)),
              side = std::max(1, static_cast<int>(bgr.cols * kSide));
    const int shoulders = static_cast<int>(bgr.rows * kShoulders);
    std::vector<cv::Vec3b> pixels;
    for (int y = 0; y < shoulders; ++y)
        for (int x = 0; x < bgr.cols; ++x)
            if (y < top || x < side || x >= bgr.cols - side)
                pixels.push_back(bgr.at<cv::Vec3b>(y, x));
    return pixels;
}

cv::Vec3b median(const std::vector<cv::Vec3b>& pixels)
{
    cv::Vec3b result;
    std::vector<unsigned char> values(pixels.size());
    for (int channel = 0; channel < 3; ++channel) {
        std::transform(pixels.begin(), pixels.end(), values.begin(),
                       [&](const cv::Vec3b& pixel) { return pixel[channel]; });
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        result[channel] = *middle;
    }
    return result;
}

} // namespace

Ground Ground::measure(const cv::Mat& bgr)
{
    const std::vector<cv::Vec3b> pixels = strip(bgr);
    Ground ground;
    ground.colour = median(pixels);
    const cv::Mat3b all(pixels);
    cv::Mat3f wide, converted;
    all.convertTo(wide, CV_32FC3, 1 / 255.0);
    cv::cvtColor(wide, converted, cv::COLOR_BGR2Lab);
    const cv::Vec3f middle = lab(ground.colour);
    const auto close = std::count_if(converted.begin(), converted.end(), [&](const cv::Vec3f& pixel) {
        return cv::norm(pixel - middle) <= kClose;
    });
    ground.even_share = static_cast<double>(close) / static_cast<double>(pixels.size());
    return ground;
}

std::optional<cv::Vec3b> parseColour(const std::string& text)
{
    int red = 0, green = 0, blue = 0, end = 0;
    if (std::sscanf(text.c_str(), "%3d,%3d,%3d%n", &red, &green, &blue, &end) != 3 ||
        text[static_cast<std::size_t>(end)] != 0)
        return std::nullopt;
    for (const int part : {red, green, blue})
        if (part < 0 || part > 255)
            return std::nullopt;
    return cv::Vec3b(static_cast<unsigned char>(blue), static_cast<unsigned char>(green),
                     static_cast<unsigned char>(red));
}

double distance(const cv::Vec3b& a, const cv::Vec3b& b)
{
    return cv::norm(lab(a) - lab(b));
}

std::string colourName(const cv::Vec3b& bgr)
{
    const cv::Vec3f colour = lab(bgr);
    const double light = colour[0], strength = std::hypot(colour[1], colour[2]);
    if (strength < 6)
        return light > 90 ? "白色" : light > 75 ? "浅灰色" : light > 25 ? "灰色" : "黑色";
    cv::Mat3b pixel(1, 1, bgr), hsv;
    cv::cvtColor(pixel, hsv, cv::COLOR_BGR2HSV);
    const int hue = hsv(0, 0)[0] * 2; // OpenCV halves the circle to fit a byte
    const char* name = hue < 20 || hue >= 330 ? "红色"
                       : hue < 45             ? "橙色"
                       : hue < 70             ? "黄色"
                       : hue < 170            ? "绿色"
                       : hue < 260            ? "蓝色"
                                              : "紫色";
    return (light > 75 ? "浅" : "") + std::string(name);
}

} // namespace zikao::photo
