// zikao-picture portrait|id-card-front|id-card-back [--option value …] OUT.jpg
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <opencv2/imgproc.hpp>

#include "plugins/support/picture/picture.hpp"
#include "tests/tools/picture/id_card.hpp"
#include "tests/tools/picture/portrait.hpp"

namespace {

using namespace zikao;

constexpr const char* kUsage =
    "usage: zikao-picture portrait [--width W] [--height H] [--faces N] [--ground R,G,B] OUT.jpg\n"
    "       zikao-picture id-card-front --name N --sex 男|女 --ethnicity E --birth YYYY-MM-DD --number N "
    "--address A OUT.jpg\n"
    "       zikao-picture id-card-back [--authority A] [--valid V] OUT.jpg\n"
    "every kind also takes --blur SIGMA, --rotate DEGREES and --quality 1-100\n";

struct Arguments
{
    std::string kind, out;
    std::map<std::string, std::string> options;
    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const
    {
        const auto found = options.find(name);
        return found == options.end() ? otherwise : found->second;
    }
    [[nodiscard]] double number(const std::string& name, double otherwise) const
    {
        const auto found = options.find(name);
        return found == options.end() ? otherwise : std::atof(found->second.c_str());
    }
};

bool parse(int count, char** words, Arguments& into)
{
    static const std::set<std::string> kKnown = {"width",     "height",    "faces", "ground", "name",
                                                 "sex",       "ethnicity", "birth", "number", "address",
                                                 "authority", "valid",     "blur",  "rotate", "quality"};
    if (count < 3)
        return false;
    into.kind = words[1];
    for (int i = 2; i < count; ++i) {
        const std::string word = words[i];
        if (!word.starts_with("--")) {
            into.out = word;
            continue;
        }
        if (!kKnown.contains(word.substr(2)) || i + 1 >= count)
            return false;
        into.options[word.substr(2)] = words[++i];
    }
    return !into.out.empty();
}

cv::Scalar colour(const std::string& text)
{
    int red = 67, green = 142, blue = 219;
    if (std::sscanf(text.c_str(), "%d,%d,%d", &red, &green, &blue) != 3)
        return {219, 142, 67};
    return {static_cast<double>(blue), static_cast<double>(green), static_cast<double>(red)};
}

cv::Mat draw(const Arguments& given)
{
    if (given.kind == "portrait") {
        drawing::Portrait wanted;
        wanted.width = static_cast<int>(given.number("width", wanted.width));
        wanted.height = static_cast<int>(given.number("height", wanted.height));
        wanted.faces = static_cast<int>(given.number("faces", 1));
        wanted.ground = colour(given.text("ground", ""));
        return drawing::drawPortrait(wanted);
    }
    if (given.kind == "id-card-front" && given.text("birth", "").size() == 10)
        return drawing::drawIdCardFront({given.text("name", ""), given.text("sex", ""),
                                         given.text("ethnicity", ""), given.text("birth", ""),
                                         given.text("number", ""), given.text("address", "")});
    if (given.kind == "id-card-back")
        return drawing::drawIdCardBack(given.text("authority", "演示市公安局"),
                                       given.text("valid", "2020.01.01-2040.01.01"));
    return {};
}

/// What a bad camera does: a slanted card on a table, out of focus.
void degrade(const Arguments& given, cv::Mat& picture)
{
    if (const double degrees = given.number("rotate", 0); degrees != 0) {
        const cv::Point2f middle(static_cast<float>(picture.cols) / 2, static_cast<float>(picture.rows) / 2);
        const cv::Mat turn = cv::getRotationMatrix2D(middle, degrees, 0.95);
        cv::warpAffine(picture, picture, turn, picture.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                       {90, 100, 110});
    }
    if (const double sigma = given.number("blur", 0); sigma > 0)
        cv::GaussianBlur(picture, picture, {0, 0}, sigma);
}

} // namespace

int main(int count, char** words)
{
    Arguments given;
    if (!parse(count, words, given)) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    cv::Mat picture = draw(given);
    if (picture.empty()) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    degrade(given, picture);
    const auto bytes =
        zikao::picture::encodeJpeg(picture, static_cast<int>(given.number("quality", 92)), 300);
    if (!bytes) {
        std::fprintf(stderr, "zikao-picture: %s\n", bytes.error().message.c_str());
        return 1;
    }
    std::ofstream file(given.out, std::ios::binary);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    return file.flush() ? 0 : 1;
}
