#include "plugins/idcard-ocr/fields.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <numeric>

namespace zikao::idcard {

namespace {

using namespace std::string_view_literals;

float meanOf(const Text& text, std::size_t from, std::size_t to)
{
    const auto begin = text.confidence.begin();
    const float sum = std::accumulate(begin + static_cast<long>(from), begin + static_cast<long>(to), 0.0F);
    return to > from ? sum / static_cast<float>(to - from) : 0;
}

/// The stretch behind `label` up to the first of `ends`; empty where the label was not read.
Text behind(const Text& text, std::string_view label, std::initializer_list<std::string_view> ends)
{
    Text part;
    const std::size_t found = text.bytes.find(label);
    if (found == std::string::npos)
        return part;
    const std::size_t from = found + label.size();
    std::size_t to = text.bytes.size();
    for (const std::string_view end : ends)
        to = std::min(to, text.bytes.find(end, from));
    const auto begin = text.confidence.begin();
    part.bytes = text.bytes.substr(from, to - from);
    part.confidence.assign(begin + static_cast<long>(from), begin + static_cast<long>(to));
    return part;
}

std::size_t widthOf(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// Chinese characters from U+3400 on, and the dot inside names of other peoples.
bool isChinese(std::string_view symbol)
{
    return symbol == "·" || (symbol.size() == 3 && symbol >= "\xE3\x90\x80"sv && symbol < "\xEA"sv);
}

bool isPartOfAddress(std::string_view symbol)
{
    return isChinese(symbol) || symbol == "-" ||
           (symbol.size() == 1 && std::isalnum(static_cast<unsigned char>(symbol[0])));
}

/// Behind a wide gap in a line stands what was taken for text in the portrait.
Field keep(const Text& text, bool (*wanted)(std::string_view))
{
    Text kept;
    bool begun = false, beside = false;
    for (std::size_t at = 0; at < text.bytes.size();) {
        const std::string symbol = text.bytes.substr(at, widthOf(text.bytes[at]));
        if (symbol == "\n")
            begun = beside = false;
        beside = beside || (symbol == "\t" && begun);
        begun = begun || wanted(symbol);
        if (!beside && wanted(symbol))
            kept.append(symbol, text.confidence[at]);
        at += symbol.size();
    }
    return {kept.bytes, meanOf(kept, 0, kept.bytes.size())};
}

Field sexIn(const Text& text)
{
    const Text part = behind(text, "性别", {"民", "出生", "住址"});
    for (const std::string_view sex : {"男"sv, "女"sv})
        if (const std::size_t at = part.bytes.find(sex); at != std::string::npos)
            return {std::string(sex), meanOf(part, at, at + sex.size())};
    return {};
}

/// GB/T 3304: every ethnicity that a card can name. What is none of them was misread.
constexpr std::array kEthnicities = {
    "汉"sv,     "蒙古"sv,   "回"sv,       "藏"sv,     "维吾尔"sv,   "苗"sv,   "彝"sv,     "壮"sv,
    "布依"sv,   "朝鲜"sv,   "满"sv,       "侗"sv,     "瑶"sv,       "白"sv,   "土家"sv,   "哈尼"sv,
    "哈萨克"sv, "傣"sv,     "黎"sv,       "傈僳"sv,   "佤"sv,       "畲"sv,   "高山"sv,   "拉祜"sv,
    "水"sv,     "东乡"sv,   "纳西"sv,     "景颇"sv,   "柯尔克孜"sv, "土"sv,   "达斡尔"sv, "仫佬"sv,
    "羌"sv,     "布朗"sv,   "撒拉"sv,     "毛南"sv,   "仡佬"sv,     "锡伯"sv, "阿昌"sv,   "普米"sv,
    "塔吉克"sv, "怒"sv,     "乌孜别克"sv, "俄罗斯"sv, "鄂温克"sv,   "德昂"sv, "保安"sv,   "裕固"sv,
    "京"sv,     "塔塔尔"sv, "独龙"sv,     "鄂伦春"sv, "赫哲"sv,     "门巴"sv, "珞巴"sv,   "基诺"sv};

Field ethnicityIn(const Text& text)
{
    Field field = keep(behind(text, "民族", {"\n", "出生", "住址"}), isChinese);
    if (field.text.ends_with("族"))
        field.text.resize(field.text.size() - "族"sv.size());
    if (std::ranges::count(kEthnicities, field.text) == 0)
        return {};
    field.text += "族";
    return field;
}

/// No address ends with small letters: they were seen in the portrait beside it.
Field addressIn(const Text& text)
{
    Field field = keep(behind(text, "住址", {"公民", "身份号码"}), isPartOfAddress);
    const auto isLetter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    const auto tail = std::find_if_not(field.text.rbegin(), field.text.rend(), isLetter).base();
    if (std::any_of(tail, field.text.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
        field.text.erase(tail, field.text.end());
    return field;
}

/// The recognizer's other words for the dot of a name; at an end there is none.
Field nameIn(const Text& text)
{
    constexpr std::string_view kDot = "·";
    Text part = behind(text, "姓名", {"\n", "性别"});
    for (const std::string_view other : {"•"sv, "・"sv, "‧"sv, "."sv, "-"sv})
        for (std::size_t at = 0; (at = part.bytes.find(other, at)) != std::string::npos; at += kDot.size()) {
            part.bytes.replace(at, other.size(), kDot);
            const auto place = part.confidence.begin() + static_cast<long>(at);
            const float sure = *place;
            part.confidence.insert(part.confidence.erase(place, place + static_cast<long>(other.size())),
                                   kDot.size(), sure);
        }
    Field field = keep(part, isChinese);
    while (field.text.starts_with(kDot))
        field.text.erase(0, kDot.size());
    while (field.text.ends_with(kDot))
        field.text.resize(field.text.size() - kDot.size());
    for (std::size_t at = 0; (at = field.text.find("··", at)) != std::string::npos;)
        field.text.erase(at, kDot.size());
    return field;
}

std::string dateOf(int year, unsigned month, unsigned day)
{
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok() || year < 1900)
        return {};
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", year, month, day);
    return text;
}

unsigned numberOf(const std::string& digits)
{
    return static_cast<unsigned>(std::stoul(digits));
}

std::string birthInNumber(const std::string& number)
{
    return dateOf(std::stoi(number.substr(6, 4)), numberOf(number.substr(10, 2)),
                  numberOf(number.substr(12, 2)));
}

Field printedBirthIn(const Text& text)
{
    const Text part = behind(text, "出生", {"住址", "公民"});
    std::string line = part.bytes;
    std::erase_if(line, [](char c) { return c == '\n' || c == '\t' || c == ' '; });
    for (std::size_t at = 0; at < line.size(); ++at) {
        int year = 0, whole = 0;
        unsigned month = 0, day = 0;
        if (std::sscanf(line.c_str() + at, "%4d年%2u月%2u日%n", &year, &month, &day, &whole) == 3 &&
            whole > 0)
            return {dateOf(year, month, day), meanOf(part, 0, part.bytes.size())};
    }
    return {};
}

char repaired(char c)
{
    if (c == 'O' || c == 'o' || c == 'D')
        return '0';
    if (c == 'l' || c == 'I' || c == '|')
        return '1';
    return c == 'x' ? 'X' : c;
}

/// GB 11643-1999: ISO 7064 MOD 11-2.
bool isNumber(const std::string& text)
{
    if (text.size() != 18 || text.find('X') < 17)
        return false;
    int sum = 0;
    for (std::size_t i = 0; i < 17; ++i)
        sum += (text[i] - '0') * ((1 << (17 - i)) % 11);
    return "10X98765432"[sum % 11] == text[17] && !birthInNumber(text).empty();
}

Field numberIn(const Text& text)
{
    std::string run;
    for (std::size_t at = 0; at <= text.bytes.size(); ++at) {
        const char c = at < text.bytes.size() ? repaired(text.bytes[at]) : '\n';
        if ((c >= '0' && c <= '9') || c == 'X') {
            run += c;
            continue;
        }
        if (isNumber(run))
            return {run, meanOf(text, at - run.size(), at)};
        run.clear();
    }
    return {};
}

} // namespace

void Fields::complete(const Fields& other)
{
    for (Field Fields::*field : {&Fields::name, &Fields::sex, &Fields::ethnicity, &Fields::birth_date,
                                 &Fields::id_number, &Fields::address})
        if ((this->*field).text.empty())
            this->*field = other.*field;
}

Fields readFields(const Text& text)
{
    Fields fields;
    fields.name = nameIn(text);
    fields.sex = sexIn(text);
    fields.ethnicity = ethnicityIn(text);
    fields.id_number = numberIn(text);
    fields.birth_date = printedBirthIn(text);
    if (fields.birth_date.text.empty() && !fields.id_number.text.empty())
        fields.birth_date = {birthInNumber(fields.id_number.text), fields.id_number.confidence};
    fields.address = addressIn(text);
    return fields;
}

} // namespace zikao::idcard
