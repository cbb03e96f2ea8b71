#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// Ends the session that the browser came with, puts the new one in its place (C11), and answers who it is.
Result<http::Response> enter(Call& call, Result<identity::Session> session);

/// Whether ID number and password alone open a session in this province.
/// @errors `forbidden` with reason `login_way_closed`
Result<void> passwordAloneIsOpen(const Call& call);

} // namespace zikao::app
