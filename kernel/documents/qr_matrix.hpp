#pragma once

#include <string>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::documents {

/// The modules of a QR code without its quiet zone.
struct QrMatrix
{
    int width = 0;
    std::vector<bool> dark; ///< row by row, width × width

    [[nodiscard]] bool at(int x, int y) const
    {
        return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                    static_cast<std::size_t>(x)];
    }
};

/// Light modules that must surround a code for readers to find it.
inline constexpr int kQuietZone = 4;

/// @errors `invalid_argument`: empty or too long
Result<QrMatrix> qrMatrix(const std::string& text);

} // namespace zikao::documents
