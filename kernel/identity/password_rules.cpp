#include "kernel/base/encoding.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/identity/passwords.hpp"

namespace zikao::identity {

namespace {

constexpr std::string_view kCommon[] = {
#include "kernel/identity/common_passwords.inc"
};

constexpr std::size_t kShortestCandidate = 8;
constexpr std::size_t kShortestStaff = 12;
constexpr std::size_t kLongest = 128;
constexpr std::size_t kMostBytes = 4 * kLongest;
constexpr std::size_t kFewestDifferent = 4;
constexpr int kStaffClasses = 3;

struct Content
{
    bool lower = false, upper = false, digit = false, other = false;

    explicit Content(std::string_view text)
    {
        for (const char c : text) {
            lower = lower || (c >= 'a' && c <= 'z');
            upper = upper || (c >= 'A' && c <= 'Z');
            digit = digit || (c >= '0' && c <= '9');
            other = other || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
        }
    }
    [[nodiscard]] int classes() const { return lower + upper + digit + other; }
};

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

void addIfLongEnough(std::vector<std::string>& pieces, std::string_view piece, std::size_t least)
{
    if (piece.size() >= least)
        pieces.push_back(lowered(piece));
}

/// What an acquaintance would try first: the number, its tail, the phone, the birthday, the name, the
/// mailbox.
std::vector<std::string> ownData(const Person& own)
{
    std::vector<std::string> pieces;
    addIfLongEnough(pieces, own.id_number, 15);
    if (own.id_number.size() == 18) {
        pieces.push_back(lowered(own.id_number.substr(12)));
        pieces.push_back(own.id_number.substr(6, 8));
        pieces.push_back(own.id_number.substr(8, 6));
    }
    addIfLongEnough(pieces, own.phone, 8);
    if (own.phone.size() == 11)
        pieces.push_back(own.phone.substr(3));
    std::string birthday = own.birth_date;
    std::erase(birthday, '-');
    addIfLongEnough(pieces, birthday, 8);
    if (birthday.size() == 8)
        pieces.push_back(birthday.substr(2));
    // Two Chinese characters are six bytes; a shorter name is an initial that half of all words contain.
    addIfLongEnough(pieces, own.name, 4);
    addIfLongEnough(pieces, own.email.substr(0, own.email.find('@')), 4);
    return pieces;
}

bool isCommon(const std::string& lower)
{
    const std::set<char> different(lower.begin(), lower.end());
    return different.size() < kFewestDifferent ||
           std::find(std::begin(kCommon), std::end(kCommon), lower) != std::end(kCommon);
}

} // namespace

std::vector<std::string> passwordFaults(const std::string& password, const Person& own, bool staff)
{
    std::vector<std::string> faults;
    const std::size_t length = utf8Length(password);
    if (length < (staff ? kShortestStaff : kShortestCandidate))
        faults.emplace_back("password_short");
    if (length > kLongest || password.size() > kMostBytes) {
        faults.emplace_back("password_long");
        return faults;
    }
    const Content content(password);
    if (!content.lower && !content.upper)
        faults.emplace_back("password_no_letter");
    if (!content.digit)
        faults.emplace_back("password_no_digit");
    if (staff && content.classes() < kStaffClasses)
        faults.emplace_back("password_three_classes");
    const std::string lower = lowered(password);
    for (const std::string& piece : ownData(own)) {
        if (lower.find(piece) == std::string::npos)
            continue;
        faults.emplace_back("password_contains_own_data");
        break;
    }
    if (isCommon(lower))
        faults.emplace_back("password_common");
    return faults;
}

} // namespace zikao::identity
