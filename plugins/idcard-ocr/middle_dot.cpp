#include "plugins/idcard-ocr/middle_dot.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace zikao::idcard {

namespace {

// Shares of a letter's height.
constexpr double kLeastSize = 0.06, kMostSize = 0.36;
constexpr double kHighest = 0.3, kLowest = 0.7;
constexpr double kClear = 0.16;
constexpr int kDark = 128;

/// Columns from `from` on, in steps of `by`, in which nothing is dark.
int clearColumns(const cv::Mat& dark, int from, int by)
{
    int count = 0;
    for (int x = from; x >= 0 && x < dark.cols && cv::countNonZero(dark.col(x)) == 0; x += by)
        ++count;
    return count;
}

bool isDot(const cv::Mat& dark, const cv::Mat& stats, const cv::Mat& centres, int one)
{
    const int x = stats.at<int>(one, cv::CC_STAT_LEFT), width = stats.at<int>(one, cv::CC_STAT_WIDTH),
              height = stats.at<int>(one, cv::CC_STAT_HEIGHT);
    const double letter = dark.rows, middle = centres.at<double>(one, 1) / letter;
    const int smaller = std::min(width, height), bigger = std::max(width, height);
    if (smaller < kLeastSize * letter || bigger > kMostSize * letter || 2 * smaller < bigger)
        return false;
    if (middle < kHighest || middle > kLowest)
        return false;
    const cv::Rect columns(x, 0, width, dark.rows),
        spot(x, stats.at<int>(one, cv::CC_STAT_TOP), width, height);
    return cv::countNonZero(dark(columns)) == cv::countNonZero(dark(spot)) &&
           clearColumns(dark, x - 1, -1) >= kClear * letter &&
           clearColumns(dark, x + width, 1) >= kClear * letter;
}

} // namespace

bool dotBetween(const cv::Mat& grey, const cv::Rect& line, const cv::Rect& left, const cv::Rect& right)
{
    // A letter more on either side tells how high the letters of this line are, and what stands beside a dot.
    const int from = left.x + left.width / 2, to = right.x + right.width / 2;
    const cv::Rect around = cv::Rect(from - line.height, line.y, to - from + 2 * line.height, line.height) &
                            line & cv::Rect({}, grey.size());
    // Where the recognizer's boxes do not agree with each other there is nothing to look at.
    if (around.empty())
        return false;
    const cv::Rect ink = cv::boundingRect(grey(around) < kDark);
    if (ink.empty())
        return false;
    const cv::Mat dark = grey(around).rowRange(ink.y, ink.br().y) < kDark;
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(dark, labels, stats, centres);
    for (int one = 1; one < count; ++one) {
        const double x = around.x + centres.at<double>(one, 0);
        if (x >= from && x < to && isDot(dark, stats, centres, one))
            return true;
    }
    return false;
}

} // namespace zikao::idcard
