/** What each measured point of a portrait is called. */
export const CHECK_NAMES: Record<string, string> = {
  type: '格式', bytes: '文件大小', width: '宽度', height: '高度', face_count: '正好一张人脸', face_size: '头部大小', face_position: '头部居中', eyes: '双眼清晰可见', ground: '背景颜色', ground_even: '背景均匀', sharpness: '清晰度',
  dpi: '分辨率', quality: '压缩品质', true_colour: '真彩色', baseline: '存储方式', upright: '照片方向', face_points: '脸部关键点', hairline: '头顶位置', eye_line: '眼睛位置', eye_tilt: '双眼水平', face_width: '脸部宽度', centre: '左右居中',
}
