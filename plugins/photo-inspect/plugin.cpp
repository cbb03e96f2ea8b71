#include "plugins/photo-inspect/inspector.hpp"

ZIKAO_PLUGIN(zikao::api::ImageInspector, "photo-inspect", &zikao::photo::Inspector::create)
