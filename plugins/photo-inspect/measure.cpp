#include "plugins/photo-inspect/measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace zikao::photo {

namespace {

constexpr int kNear = 60;
constexpr int kWidth = 480;

void collect(const cv::Mat& part, std::array<std::vector<int>, 3>& channels)
{
    for (int y = 0; y < part.rows; ++y)
        for (int x = 0; x < part.cols; ++x) {
            const auto& pixel = part.at<cv::Vec3b>(y, x);
            for (std::size_t i = 0; i < 3; ++i)
                channels[i].push_back(pixel[2 - static_cast<int>(i)]);
        }
}

int median(std::vector<int>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace

std::array<int, 3> groundColour(const cv::Mat& bgr)
{
    const int strip = std::max(1, bgr.cols / 20);
    const int top = std::min(strip, bgr.rows);
    const int half = std::max(1, bgr.rows / 2);
    std::array<std::vector<int>, 3> channels;
    collect(bgr(cv::Rect(0, 0, bgr.cols, top)), channels);
    collect(bgr(cv::Rect(0, 0, strip, half)), channels);
    collect(bgr(cv::Rect(bgr.cols - strip, 0, strip, half)), channels);
    return {median(channels[0]), median(channels[1]), median(channels[2])};
}

bool isNear(const std::array<int, 3>& colour, const std::string& allowed)
{
    std::array<int, 3> wanted{};
    if (std::sscanf(allowed.c_str(), "%d,%d,%d", &wanted[0], &wanted[1], &wanted[2]) != 3)
        return false;
    for (std::size_t i = 0; i < 3; ++i)
        if (std::abs(colour[i] - wanted[i]) > kNear)
            return false;
    return true;
}

cv::Mat scaledTo(const cv::Mat& picture, int width)
{
    const double scale = static_cast<double>(width) / picture.cols;
    const cv::Size size(width, std::max(1, static_cast<int>(picture.rows * scale)));
    cv::Mat copy;
    cv::resize(picture, copy, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return copy;
}

double sharpness(const cv::Mat& bgr)
{
    cv::Mat grey, edges;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    cv::Laplacian(scaledTo(grey, kWidth), edges, CV_64F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);
    return deviation[0] * deviation[0];
}

} // namespace zikao::photo
