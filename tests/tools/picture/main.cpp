#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

#include "plugins/support/picture/picture.hpp"
#include "tests/tools/picture/degrade.hpp"
#include "tests/tools/picture/id_card.hpp"
#include "tests/tools/picture/portrait.hpp"

namespace {

using namespace zikao;

constexpr const char* kUsage = R"(zikao-picture draws pictures of nobody.

  zikao-picture portrait      [--width W] [--height H] [--faces 0|1|2] [--background #rrggbb] [--off-centre]
                              [--eyes-closed] [--uneven-ground] [--face-share S] OUT
  zikao-picture id-card-front --name N --sex 男|女 --ethnicity E --birth YYYY-MM-DD --number N --address A OUT
  zikao-picture id-card-back  [--authority A] [--valid-from YYYY-MM-DD] [--valid-to YYYY-MM-DD] OUT

Each takes [--blur S] [--noise N] [--rotate DEG] [--perspective P] [--seed N] [--jpeg-quality Q] [--dpi D].
OUT ends with .jpg or .png.
)";

/// What stands on the command line. Whatever was not asked for at the end is unknown.
class Options
{
public:
    Options(int argc, char** argv)
    {
        for (int i = 2; i < argc; ++i) {
            const std::string word = argv[i];
            if (!word.starts_with("--"))
                files_.push_back(word);
            else if (isSwitch(word))
                given_[word] = "1";
            else if (i + 1 < argc)
                given_[word] = argv[++i];
            else
                throw std::invalid_argument(word + " needs a value");
        }
    }

    std::string text(const std::string& name, const std::string& otherwise)
    {
        const auto found = given_.extract(name);
        return found.empty() ? otherwise : found.mapped();
    }
    std::string needed(const std::string& name)
    {
        if (!given_.contains(name))
            throw std::invalid_argument(name + " is missing");
        return text(name, {});
    }
    double number(const std::string& name, double otherwise)
    {
        const std::string word = text(name, {});
        return word.empty() ? otherwise : std::stod(word);
    }
    int whole(const std::string& name, int otherwise) { return static_cast<int>(number(name, otherwise)); }
    bool flag(const std::string& name) { return !text(name, {}).empty(); }

    [[nodiscard]] std::filesystem::path file() const
    {
        if (!given_.empty())
            throw std::invalid_argument("unknown option " + given_.begin()->first);
        if (files_.size() != 1)
            throw std::invalid_argument("exactly one file is written");
        return files_.front();
    }

private:
    static bool isSwitch(const std::string& word)
    {
        return word == "--off-centre" || word == "--eyes-closed" || word == "--uneven-ground";
    }

    std::map<std::string, std::string> given_;
    std::vector<std::string> files_;
};

cv::Mat portrait(Options& options)
{
    drawing::Portrait portrait;
    portrait.width = options.whole("--width", portrait.width);
    portrait.height = options.whole("--height", portrait.height);
    portrait.faces = options.whole("--faces", portrait.faces);
    portrait.face_share = options.number("--face-share", portrait.face_share);
    portrait.ground = drawing::Colour::parse(options.text("--background", "#f7f7fa"));
    portrait.off_centre = options.flag("--off-centre");
    portrait.eyes_closed = options.flag("--eyes-closed");
    portrait.uneven_ground = options.flag("--uneven-ground");
    return drawPortrait(portrait);
}

cv::Mat cardFront(Options& options)
{
    return drawing::drawIdCardFront({options.needed("--name"), options.needed("--sex"),
                                     options.needed("--ethnicity"), options.needed("--birth"),
                                     options.needed("--number"), options.needed("--address")});
}

cv::Mat cardBack(Options& options)
{
    return drawing::drawIdCardBack(options.text("--authority", "演示市公安局"),
                                   options.text("--valid-from", "2020-01-01"),
                                   options.text("--valid-to", "2040-01-01"));
}

cv::Mat draw(const std::string& what, Options& options)
{
    if (what == "portrait")
        return portrait(options);
    if (what == "id-card-front")
        return cardFront(options);
    if (what == "id-card-back")
        return cardBack(options);
    throw std::invalid_argument("nothing called " + what + " is drawn");
}

cv::Mat damaged(const cv::Mat& picture, Options& options)
{
    drawing::Damage damage;
    damage.blur = options.number("--blur", 0);
    damage.noise = options.number("--noise", 0);
    damage.rotate = options.number("--rotate", 0);
    damage.perspective = options.number("--perspective", 0);
    damage.seed = static_cast<std::uint64_t>(options.whole("--seed", 1));
    return degrade(picture, damage);
}

void run(int argc, char** argv)
{
    if (argc < 2)
        throw std::invalid_argument("what shall be drawn?");
    Options options(argc, argv);
    const cv::Mat picture = damaged(draw(argv[1], options), options);
    const int quality = options.whole("--jpeg-quality", 92), dpi = options.whole("--dpi", 300);
    const std::filesystem::path path = options.file();
    if (path.extension() != ".jpg" && path.extension() != ".png")
        throw std::invalid_argument("the file must end with .jpg or .png");
    const auto bytes = path.extension() == ".png" ? picture::encodePng(picture, dpi)
                                                  : picture::encodeJpeg(picture, quality, dpi);
    if (!bytes)
        throw std::runtime_error(bytes.error().message);
    std::ofstream out(path, std::ios::binary);
    if (!out.write(bytes->data(), static_cast<std::streamsize>(bytes->size())).flush())
        throw std::runtime_error("cannot write " + path.string());
}

} // namespace

int main(int argc, char** argv)
{
    try {
        run(argc, argv);
        return 0;
    } catch (const std::exception& wrong) {
        std::cerr << "zikao-picture: " << wrong.what() << "\n\n" << kUsage;
        return 2;
    }
}
