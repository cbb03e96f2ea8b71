#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/tools/picture/degrade.hpp"

namespace zikao::drawing {

namespace {

const cv::Scalar kTable{96, 110, 120};

/// The table shows around a card that lies askew; nothing of the card is cut off.
cv::Mat rotated(const cv::Mat& picture, double degrees)
{
    const double radians = std::abs(degrees) * CV_PI / 180;
    const int margin = static_cast<int>(std::ceil(picture.cols * std::sin(radians) / 2)) + picture.cols / 50;
    cv::Mat framed, turned;
    cv::copyMakeBorder(picture, framed, margin, margin, margin, margin, cv::BORDER_CONSTANT, kTable);
    const auto centre = cv::Point2f(static_cast<float>(framed.cols), static_cast<float>(framed.rows)) / 2;
    cv::warpAffine(framed, turned, cv::getRotationMatrix2D(centre, degrees, 1), framed.size(),
                   cv::INTER_LINEAR, cv::BORDER_CONSTANT, kTable);
    return turned;
}

cv::Mat tilted(const cv::Mat& picture, double share)
{
    const auto w = static_cast<float>(picture.cols), h = static_cast<float>(picture.rows);
    const float inset = w * static_cast<float>(share) / 2;
    const cv::Point2f from[] = {{0, 0}, {w, 0}, {w, h}, {0, h}};
    const cv::Point2f to[] = {{inset, 0}, {w - inset, 0}, {w, h}, {0, h}};
    cv::Mat result;
    cv::warpPerspective(picture, result, cv::getPerspectiveTransform(from, to), picture.size(),
                        cv::INTER_LINEAR, cv::BORDER_CONSTANT, kTable);
    return result;
}

void addNoise(cv::Mat& picture, double deviation, std::uint64_t seed)
{
    cv::Mat noise(picture.size(), CV_16SC3), wide;
    cv::RNG(seed).fill(noise, cv::RNG::NORMAL, 0, deviation);
    picture.convertTo(wide, CV_16SC3);
    wide += noise;
    wide.convertTo(picture, CV_8UC3);
}

} // namespace

cv::Mat degrade(const cv::Mat& picture, const Damage& damage)
{
    cv::Mat result = picture.clone();
    if (damage.perspective > 0)
        result = tilted(result, damage.perspective);
    if (damage.rotate != 0)
        result = rotated(result, damage.rotate);
    if (damage.blur > 0)
        cv::GaussianBlur(result, result, {}, damage.blur);
    if (damage.noise > 0)
        addNoise(result, damage.noise, damage.seed);
    return result;
}

} // namespace zikao::drawing
