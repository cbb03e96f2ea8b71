#pragma once

#include <string>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::documents {

/// A QR code as SVG text (crisp at any size) or PNG bytes.
Result<std::string> qrSvg(const std::string& text);
Result<std::string> qrPng(const std::string& text, int pixels_per_module = 8);

/// A printed page of labelled values and tables, A4 upright: receipts (订单), application sheets.
struct Sheet
{
    std::string title, subtitle;
    std::vector<std::pair<std::string, std::string>> values;
    struct Table
    {
        std::string title;
        std::vector<std::string> head;
        std::vector<std::vector<std::string>> rows;
        std::vector<bool> right_aligned;
    };
    std::vector<Table> tables;
    std::vector<std::string> notes;
    std::string footer;
    std::string qr_text; ///< drawn at the top right; empty: none
};
/// Typeset with Pango and Cairo in Noto CJK. @return PDF bytes
Result<std::string> renderPdf(const Sheet& sheet);

} // namespace zikao::documents
