#include "tests/tools/picture/portrait.hpp"

#include <opencv2/imgproc.hpp>

namespace zikao::drawing {

namespace {

const cv::Scalar kSkin{165, 195, 232}, kShade{120, 150, 195}, kHair{25, 25, 30}, kLips{90, 90, 180},
    kShirt{235, 235, 235};

/// Draws in units of the head's half width around the middle of the face.
class Head
{
public:
    Head(cv::Mat& onto, cv::Point2d middle, double unit) : onto_(onto), middle_(middle), unit_(unit) {}

    void draw()
    {
        ellipse(0, 3.1, 2.0, 1.2, kShirt);
        ellipse(0, 1.35, 0.5, 0.8, kShade);
        ellipse(0, -0.28, 1.12, 1.28, kHair);
        ellipse(-1.0, 0.1, 0.14, 0.3, kShade);
        ellipse(1.0, 0.1, 0.14, 0.3, kShade);
        ellipse(0, 0.08, 0.98, 1.28, kSkin);
        ellipse(0, -1.05, 0.85, 0.38, kHair);
        for (const double side : {-1.0, 1.0})
            drawEye(side * 0.42);
        ellipse(0, 0.32, 0.10, 0.36, cv::Scalar{175, 205, 240});
        ellipse(-0.13, 0.52, 0.09, 0.05, kShade);
        ellipse(0.13, 0.52, 0.09, 0.05, kShade);
        ellipse(0, 0.86, 0.34, 0.09, kLips);
        ellipse(0, 0.86, 0.34, 0.02, cv::Scalar{50, 50, 100});
    }

private:
    void drawEye(double x)
    {
        ellipse(x, -0.02, 0.30, 0.20, kShade);
        ellipse(x, -0.32, 0.30, 0.06, kHair);
        ellipse(x, -0.02, 0.22, 0.11, cv::Scalar{245, 245, 245});
        ellipse(x, -0.02, 0.11, 0.11, cv::Scalar{30, 35, 45});
        ellipse(x + 0.03, -0.05, 0.025, 0.025, cv::Scalar{250, 250, 250});
        ellipse(x, -0.12, 0.24, 0.035, kHair);
    }
    void ellipse(double x, double y, double half_width, double half_height, const cv::Scalar& colour)
    {
        const cv::Point centre(static_cast<int>(middle_.x + x * unit_),
                               static_cast<int>(middle_.y + y * unit_));
        const cv::Size half(std::max(1, static_cast<int>(half_width * unit_)),
                            std::max(1, static_cast<int>(half_height * unit_)));
        cv::ellipse(onto_, centre, half, 0, 0, 360, colour, cv::FILLED, cv::LINE_AA);
    }

    cv::Mat& onto_;
    cv::Point2d middle_;
    double unit_;
};

} // namespace

cv::Mat drawPortrait(const Portrait& wanted)
{
    // Four times as large and then made smaller, so that edges look like a camera's.
    cv::Mat large(wanted.height * 4, wanted.width * 4, CV_8UC3, wanted.ground);
    for (int i = 0; i < wanted.faces; ++i) {
        const double place = (i + 1.0) / (wanted.faces + 1.0);
        Head(large, {large.cols * place, large.rows * 0.45}, large.cols * (wanted.faces > 1 ? 0.15 : 0.27))
            .draw();
    }
    cv::GaussianBlur(large, large, {0, 0}, 2);
    cv::Mat picture;
    cv::resize(large, picture, {wanted.width, wanted.height}, 0, 0, cv::INTER_AREA);
    cv::Mat grain(picture.size(), CV_16SC3), sum;
    cv::RNG random(20260401);
    random.fill(grain, cv::RNG::NORMAL, 0, 2);
    cv::add(picture, grain, sum, cv::noArray(), CV_8UC3);
    return sum;
}

} // namespace zikao::drawing
