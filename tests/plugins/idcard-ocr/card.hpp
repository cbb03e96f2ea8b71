#pragma once

#include <string>

namespace zikao::idcard::testing_support {

/// What is printed on a card of an invented person.
struct Card
{
    std::string name = "测试者", sex = "男", ethnicity = "汉";
    std::string year = "1999", month = "3", day = "7";
    std::string address[2] = {"测试省样例市明灯区中山路", "18号2单元301室"};
    std::string number;
};

/// The number of 17 digits with its check digit.
std::string withCheckDigit(const std::string& digits);

/// The portrait side, 1012 × 638 as printed at 300 dpi, as PNG.
std::string draw(const Card& card);

} // namespace zikao::idcard::testing_support
