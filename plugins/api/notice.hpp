#pragma once

#include <string>
#include <utility>
#include <vector>

namespace zikao::api {

/// A request that claims to come from an outside party, byte for byte as it arrived.
struct RawNotice
{
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; ///< of a GET, or a POST without a body: what follows the '?'
};

/// What the sender must read back for "got it" and for "send it again".
struct NoticeReply
{
    int status = 200;
    std::string content_type;
    std::string body;
};

} // namespace zikao::api
