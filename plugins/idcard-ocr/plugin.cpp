#include "plugins/idcard-ocr/reader.hpp"

ZIKAO_PLUGIN(zikao::api::IdCardReader, "idcard-ocr", &zikao::idcard::Reader::create)
