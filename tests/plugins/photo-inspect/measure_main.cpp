// Prints what the inspector measures in pictures given by name: how the figures in the plugin's README were found.
#include <fstream>
#include <iostream>
#include <iterator>

#include "plugins/photo-inspect/inspector.hpp"

int main(int argc, char** argv)
{
    using namespace zikao;
    const auto inspector = photo::Inspector::create({"{}", ""});
    if (!inspector) {
        std::cerr << inspector.error().message << '\n';
        return 1;
    }
    api::PhotoStandard standard;
    standard.face = true;
    standard.grounds = {"100,197,255", "255,255,255"};
    standard.min_sharpness = 1;
    standard.hairline = {50, 110};
    standard.eye_line = {200, 300};
    standard.face_width = {180, 300};
    standard.max_tilt = 5;
    standard.max_off_centre = 30;
    standard.borderline = 8;
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        const auto found = (*inspector)->inspect(bytes, standard);
        std::cout << argv[i] << ": ";
        if (!found) {
            std::cout << found.error().message << '\n';
            continue;
        }
        std::cout << found->width << "x" << found->height;
        for (const api::PhotoCheck& check : found->checks)
            std::cout << "  " << check.code << "=" << check.found
                      << (check.verdict == api::PhotoVerdict::passed       ? ""
                          : check.verdict == api::PhotoVerdict::borderline ? "?"
                                                                           : "!");
        for (const api::PhotoPoint& point : found->points)
            std::cout << "  " << point.name << "(" << point.x << "," << point.y << ")";
        std::cout << '\n';
    }
    return 0;
}
