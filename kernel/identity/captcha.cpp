#include <cstdlib>

#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/identity/account.hpp"
#include "kernel/identity/captcha_image.hpp"

namespace zikao::identity {

namespace {

constexpr std::int64_t kCaptchaLivesMs = 5 * kMinuteMs;
constexpr int kDefaultLength = 4;

int lengthFor(const tenant::Profile& profile)
{
    const int asked =
        profile.raw.is_object() ? profile.raw.value("captcha_length", kDefaultLength) : kDefaultLength;
    return std::clamp(asked, kDefaultLength, 8);
}

std::string freshAnswer(const tenant::Profile& profile)
{
#ifdef ZIKAO_TESTS
    // A browser test cannot read distorted letters; the seam is compiled into test builds alone.
    if (const char* fixed = std::getenv("ZIKAO_TEST_CAPTCHA"))
        return std::string(fixed).substr(0, static_cast<std::size_t>(lengthFor(profile)));
#endif
    return newCaptchaText(lengthFor(profile));
}

std::uint64_t freshSeed()
{
    std::uint64_t seed = 0;
    for (const char byte : randomBytes(sizeof seed))
        seed = (seed << 8) | static_cast<unsigned char>(byte);
    return seed;
}

} // namespace

Identity::Identity(tenant::Tenant& tenant, Passwords& passwords, Witness witness)
    : tenant_(tenant),
      passwords_(passwords),
      witness_(std::move(witness))
{}

Result<Identity::Captcha> Identity::newCaptcha()
{
    const std::string answer = freshAnswer(tenant_.profile);
    Result<std::string> png = drawCaptcha(answer, freshSeed());
    if (!png)
        return fail(png.error());
    Captcha captcha{newId(), *std::move(png)};
    // The id is hashed along, or equal answers would be recognised by equal hashes.
    const auto stored = db().execute(
        "INSERT INTO captcha (id, answer_hash, expires_at_ms) VALUES (?, ?, ?)",
        {captcha.id, tenant_.vault->index(captcha.id + ":" + normalCaptchaAnswer(answer), kCaptchaPurpose),
         now().ms + kCaptchaLivesMs});
    if (!stored)
        return fail(stored.error());
    return captcha;
}

Result<void> Identity::checkCaptcha(const std::string& id, const std::string& answer)
{
    // Whoever removes the row may look at the answer; of two at once only one does.
    return judgeCaptcha(id, answer, "DELETE FROM captcha WHERE id = ?", true);
}

Result<void> Identity::answerCaptcha(const std::string& id, const std::string& answer)
{
    return judgeCaptcha(id, answer, "UPDATE captcha SET answered = 1 WHERE id = ? AND answered = 0", false);
}

Result<void> Identity::judgeCaptcha(const std::string& id, const std::string& answer, const char* claim,
                                    bool gone)
{
    const auto rows = db().query("SELECT answer_hash, expires_at_ms FROM captcha WHERE id = ?", {id});
    if (!rows)
        return fail(rows.error());
    if (!rows->empty()) {
        const auto claimed = db().execute(claim, {id});
        if (!claimed)
            return fail(claimed.error());
        const storage::Row& row = rows->front();
        const std::string given =
            tenant_.vault->index(id + ":" + normalCaptchaAnswer(answer), kCaptchaPurpose);
        if (*claimed == 1 && row.integer(1) > now().ms && equalInConstantTime(row.text(0), given))
            return ok();
        // A wrong answer needs a new picture.
        if (!gone)
            if (const auto removed = db().execute("DELETE FROM captcha WHERE id = ?", {id}); !removed)
                return fail(removed.error());
    }
    return fail(ErrorCode::invalid_argument, "picture code not answered", "captcha_wrong");
}

} // namespace zikao::identity
