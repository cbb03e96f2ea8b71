#pragma once

#include "kernel/app/site.hpp"

namespace zikao::ctl {

/// Makes the sitting and the windows that demo.json describes in days from today in Beijing, and sees to it that they stay
/// open: once one of them closes within three days or has closed, all that are there are moved on. Otherwise, and
/// in everything but their dates, they stay as people left them; no date is moved back.
/// @errors `invalid_argument` for dates that contradict each other; those of the database
/// @threads one caller at a time
Result<void> makeDemoDates(app::Site& site, const Json& demo);

} // namespace zikao::ctl
