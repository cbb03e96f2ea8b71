#pragma once

#include <string>

#include "kernel/identity/captcha_image.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::test {

/// Makes `answer` the right one for a picture code that was drawn: tests cannot read distorted letters.
inline Result<void> fixCaptcha(tenant::Tenant& tenant, const std::string& id, const std::string& answer)
{
    const auto changed = tenant.database->execute(
        "UPDATE captcha SET answer_hash = ? WHERE id = ?",
        {tenant.vault->index(id + ":" + identity::normalCaptchaAnswer(answer), "captcha.answer"), id});
    if (!changed)
        return fail(changed.error());
    return *changed == 1 ? ok() : Result<void>(fail(ErrorCode::not_found, "no such picture code"));
}

} // namespace zikao::test
