#include "plugins/photo-inspect/faces.hpp"

#include <opencv2/imgproc.hpp>

namespace zikao::photo {

namespace {

constexpr double kSmallestFace = 0.12; // of the picture's width; smaller ones are posters and patterns
constexpr double kEyeZone = 0.6; // of the face's height, from above: mouths and nostrils pass for eyes too
constexpr int kFaceWidth = 240;  // at which eyes are looked for

Result<cv::CascadeClassifier> cascade(const std::string& dir, const char* name)
{
    const std::string path = dir + "/haarcascade_" + name + ".xml";
    cv::CascadeClassifier classifier;
    if (!classifier.load(path))
        return fail(ErrorCode::invalid_argument,
                    "cannot read the cascade " + path + " (Debian: opencv-data)");
    return classifier;
}

/// The biggest of those whose middle lies on the asked side of `middle`.
std::optional<cv::Rect> biggest(const std::vector<cv::Rect>& found, int middle, bool left)
{
    std::optional<cv::Rect> best;
    for (const cv::Rect& eye : found)
        if ((eye.x + eye.width / 2 < middle) == left && (!best || eye.area() > best->area()))
            best = eye;
    return best;
}

} // namespace

Result<FaceFinder> FaceFinder::load(const std::string& cascade_dir)
{
    FaceFinder finder;
    const std::pair<cv::CascadeClassifier*, const char*> wanted[] = {
        {&finder.face_, "frontalface_alt2"},
        {&finder.eye_, "eye"},
        {&finder.eye_behind_glasses_, "eye_tree_eyeglasses"}};
    for (const auto& [slot, name] : wanted) {
        auto loaded = cascade(cascade_dir, name);
        if (!loaded)
            return fail(loaded.error());
        *slot = std::move(*loaded);
    }
    return finder;
}

std::vector<cv::Rect> FaceFinder::faces(const cv::Mat& grey)
{
    const int least = static_cast<int>(grey.cols * kSmallestFace);
    std::vector<cv::Rect> found;
    face_.detectMultiScale(grey, found, 1.1, 4, 0, {least, least});
    return found;
}

std::vector<cv::Rect> FaceFinder::eyes(const cv::Mat& grey, const cv::Rect& face)
{
    const double scale = static_cast<double>(kFaceWidth) / face.width;
    cv::Mat zone;
    cv::resize(grey(cv::Rect(face.x, face.y, face.width, static_cast<int>(face.height * kEyeZone))), zone, {},
               scale, scale, cv::INTER_LINEAR);
    std::vector<cv::Rect> eyes;
    std::vector<cv::Rect> found, behind_glasses;
    eye_.detectMultiScale(zone, found, 1.05, 3);
    eye_behind_glasses_.detectMultiScale(zone, behind_glasses, 1.05, 3);
    found.insert(found.end(), behind_glasses.begin(), behind_glasses.end());
    const auto back = [&](int value) { return static_cast<int>(value / scale); };
    for (const bool left : {true, false})
        if (const auto eye = biggest(found, zone.cols / 2, left))
            eyes.emplace_back(face.x + back(eye->x), face.y + back(eye->y), back(eye->width),
                              back(eye->height));
    return eyes;
}

} // namespace zikao::photo
