#pragma once

#include "tests/tools/picture/canvas.hpp"

namespace zikao::drawing {

struct Portrait
{
    int width = 295, height = 413; ///< pixels
    int faces = 1;                 ///< 0: the ground alone; 2: side by side
    Colour ground{0.97, 0.97, 0.98};
    double face_share = 0.52; ///< of the picture's width, for one face
    double eye_line = 0;      ///< pixels from the upper edge to the pupils; 0: a usual place
    double middle = 0.5;      ///< of the only face, as a share of the width
    bool off_centre = false;  ///< the head near the left edge
    bool eyes_closed = false;
    bool uneven_ground = false; ///< a shadow over one side of the ground
};

/// A drawn head and shoulders that a face finder takes for a person. Nobody's likeness.
cv::Mat drawPortrait(const Portrait& portrait);

} // namespace zikao::drawing
